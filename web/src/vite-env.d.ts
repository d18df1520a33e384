/// <reference types="vite/client" />
declare module "@patina/rules?url" {
  const url: string;
  export default url;
}
