#include "clients/cli/audit/bar.h"

#include <inttypes.h>
#include <unistd.h>

#include "clients/cli/output.h"

static const char cells[] = "########################################";
static const char gaps[] = "........................................";

void pat_bar_begin(pat_bar *ret_bar, pat_cli *cli, const char *stage, uint64_t size) {
  *ret_bar = (pat_bar){.cli = cli,
                       .stage = stage,
                       .terminal = isatty(fileno(cli->err)) == 1,
                       .size = size,
                       .began_ms = pat_cli_now_ms()};
}

uint64_t pat_bar_rate(const pat_bar *bar, uint64_t done) {
  uint64_t now_ms = pat_cli_now_ms();
  uint64_t spent_ms = now_ms > bar->began_ms ? now_ms - bar->began_ms : 1;
  return done * 1000 / spent_ms;
}

void pat_bar_tell(pat_bar *bar, uint64_t done) {
  if (bar->cli->quiet || bar->size == 0) return;
  uint64_t percent = done / (bar->size / 100 + 1);
  if (done == bar->size) percent = 100;
  uint64_t step = bar->terminal ? percent : percent / 10;
  if (step <= bar->told) return;
  bar->told = step;
  if (!bar->terminal) {
    pat_output_note(bar->cli, "%s: %" PRIu64 " %%", bar->stage, step * 10);
    return;
  }
  int filled = (int)(percent * (sizeof cells - 1) / 100);
  fprintf(bar->cli->err,
          "\r%-8s[%.*s%.*s] %3" PRIu64 " %%  %" PRIu64 " of %" PRIu64 ", %" PRIu64 "/s\x1b[K",
          bar->stage, filled, cells, (int)sizeof gaps - 1 - filled, gaps, percent, done, bar->size,
          pat_bar_rate(bar, done));
  fflush(bar->cli->err);
}

void pat_bar_clear(pat_bar *bar) {
  if (bar->terminal && bar->told > 0) fputs("\r\x1b[K", bar->cli->err);
}
