// States in which something is wrong that is no lie: what was typed, what is withheld, a network that is slow or gone.
import { look, record, says, saysNot } from "./states.mjs";

const slow = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.75e6 / 8 };

export const states = [
  {
    name: "wrong-vin",
    path: "/",
    run: async (page) => {
      await page.locator("input[type=text]").first().fill("1FTFW1EF7BFB11755");
      await says(page, /check digit/i);
      await look(page, "1FTFW1EF7BFB11755");
      await says(page, "This number is not valid", "Its check digit does not fit");
      await page.getByRole("button", { name: "Change the number" }).click();
      await page.waitForFunction(() => document.activeElement.value === "1FTFW1EF7BFB11755");
      await page.keyboard.press("Enter");
      await says(page, "This number is not valid");
    },
  },
  {
    name: "record-withheld",
    path: (world) => record(world, "twizy"),
    run: async (page) => {
      await says(page, "Matches");
      for (const summary of await page.locator("details.more > summary").all()) await summary.click();
      await says(page, /not public/i);
    },
  },
  {
    name: "gone-mid-page",
    path: (world) => record(world, "golf"),
    run: async (page, world) => {
      await says(page, "Matches", "Volkswagen Golf");
      world.rules.push({ when: () => true, gone: true });
      await page.locator(".mark").click();
      await look(page, "1FTFW1EF7BFB11754");
      await says(page, "This site did not answer", "neither good nor bad");
      await saysNot(page, /does not match/i);
      await page.locator(".verdict").getByRole("button", { name: "Look up another number" }).click();
      await page.waitForFunction(() => document.activeElement.value === "1FTFW1EF7BFB11754");
    },
  },
  {
    name: "slow-network",
    path: () => "/design",
    run: async (page, world, picture) => {
      const session = await page.context().newCDPSession(page);
      await session.send("Network.enable");
      await session.send("Network.emulateNetworkConditions", slow);
      await page.goto(`${new URL(page.url()).origin}${record(world, "golf")}`, { waitUntil: "commit" });
      await says(page, "Fetching the record and checking it in this browser");
      await picture("loading");
      await says(page, "Matches", "Volkswagen Golf");
    },
  },
];
