// Copies a text for the reader. The clipboard is missing on pages that did not come over TLS.
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
