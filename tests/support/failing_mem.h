/* Memory that runs out: the n-th allocation fails, and what is still held is counted. */
#ifndef PAT_TESTS_SUPPORT_FAILING_MEM_H
#define PAT_TESTS_SUPPORT_FAILING_MEM_H

#include <stdbool.h>
#include <stddef.h>

/* Puts the hooks in place. Allocation number fail_at (from 1) fails, and with sticky all after it
 * too; 0: none. */
void failing_mem_start(size_t fail_at, bool sticky);
/* Brings the system's memory back. Blocks taken meanwhile may be freed later. */
void failing_mem_stop(void);
/* Since the start: allocations asked for; blocks not yet given back; whether one failed. */
size_t failing_mem_count(void);
size_t failing_mem_held(void);
bool failing_mem_has_failed(void);

/* Runs step with the first, second, ... allocation failing until a run needs no more; step gets
 * context, and says true where it succeeded. Checks that each failure was noticed, and that no
 * block is left over. Gives the number of runs, or 0 where a check failed (a line on stderr tells
 * which). */
size_t failing_mem_torture(bool (*step)(void *context), void *context);

#endif
