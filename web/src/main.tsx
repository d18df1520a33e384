// Starts the portal: language, trust, then the page.
import { render } from "preact";
import { App } from "./app";
import { prepare } from "./checking/client";
import { remembered, speak } from "./i18n/messages";
import { startRouting } from "./route";
import { loadTrust } from "./trust/policy";

async function start(): Promise<void> {
  const root = document.getElementById("portal");
  if (root === null) throw new Error("the page has no place for the portal");
  startRouting();
  prepare();
  void loadTrust();
  await speak(remembered());
  render(<App />, root);
}

void start();
