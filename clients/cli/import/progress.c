#include "clients/cli/import/progress.h"

#include <inttypes.h>
#include <unistd.h>

#include "clients/cli/output.h"

enum { BAR_CELLS = 40, ROWS_TOLD = 100000 };

void pat_progress_begin(pat_cli *cli, uint64_t size, pat_progress *ret_progress) {
  *ret_progress =
      (pat_progress){.cli = cli, .size = size, .terminal = isatty(fileno(cli->err)) == 1};
}

static void draw(pat_progress *progress, uint64_t percent, uint64_t rows) {
  char bar[BAR_CELLS + 1];
  for (uint64_t i = 0; i < BAR_CELLS; i++)
    bar[i] = i * 100 < percent * BAR_CELLS ? '#' : '.';
  bar[BAR_CELLS] = '\0';
  fprintf(progress->cli->err, "\r[%s] %3" PRIu64 " %%  %" PRIu64 " rows", bar, percent, rows);
  fflush(progress->cli->err);
}

void pat_progress_tell(pat_progress *progress, uint64_t rows) {
  if (progress->cli->quiet) return;
  if (progress->size == 0) {
    uint64_t steps = rows / ROWS_TOLD;
    if (steps > progress->told) pat_output_note(progress->cli, "%" PRIu64 " rows read", rows);
    progress->told = steps;
    return;
  }
  uint64_t percent = rows >= progress->size ? 100 : rows * 100 / progress->size;
  uint64_t step = progress->terminal ? percent : percent / 10;
  if (step <= progress->told) return;
  progress->told = step;
  if (progress->terminal) {
    draw(progress, percent, rows);
  } else {
    pat_output_note(progress->cli, "%" PRIu64 " %%, %" PRIu64 " rows", step * 10, rows);
  }
}

void pat_progress_clear(pat_progress *progress) {
  if (progress->terminal && progress->size > 0 && progress->told > 0)
    fputs("\r\x1b[K", progress->cli->err);
}
