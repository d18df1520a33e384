// What a check was about, with what it is: a record's number, a kind of number, a file.
export interface What {
  readonly label: string;
  readonly shown: string;
}

export function AskedFor({ label, shown }: What) {
  return (
    <dl class="origin">
      <div>
        <dt>{label}</dt>
        <dd class="code" translate={false}>
          {shown}
        </dd>
      </div>
    </dl>
  );
}
