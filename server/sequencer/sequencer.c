#include "server/sequencer/sequencer.h"

#include "core/base/assert.h"
#include "core/bytes/protobuf.h"
#include "proto/api.pb-c.h"
#include "server/sys/log.h"
#include "server/sys/mem.h"
#include "server/sys/thread.h"

/* The wall clock may wander this far from the monotonic one between two batches; more is a jump. */
enum {
  CLOCK_JUMP_MS_MAX = 5 * 60 * 1000,
  CLOCK_BEHIND_WAIT_MS = 50,
  IDLE_WAIT_MS = 1000,
  BEAT_AGAIN_MS = 5000
};

/* One caller's statements, on its stack while it waits. */
typedef struct request {
  const pat_submission *submissions;
  size_t count;
  size_t taken; /* handed to a batch */
  size_t done;
  bool check_only;
  pat_sequencer_outcome *outcomes;
  pat_status status; /* not OK: the whole failed */
  struct request *next;
} request;

/* One statement's place in a batch. */
typedef struct {
  request *of;
  size_t position;
} place;

struct pat_sequencer {
  pat_sequencer_options options;
  pat_thread thread;
  pat_mutex mutex;
  pat_condition work; /* the queue has grown, or the end has come */
  pat_condition done; /* some request has been finished, or its caller has left */
  request *first;
  request *last;
  size_t waiting;  /* statements in the queue */
  size_t reserved; /* places kept for statements that are still to come */
  size_t callers;  /* inside pat_sequencer_submit */
  bool stopping;
  pat_status state;
  pat_sequencer_counters counters;

  /* The thread's own. */
  uint64_t last_now_ms;
  uint64_t last_monotonic_ms;
  uint64_t quiet_since_ms; /* monotonic: of the last commit */
  uint64_t beat_after_ms;  /* monotonic: no heartbeat before, as one was refused */
  const pat_submission **submissions;
  pat_plan_memo *memos;
  pat_decision *decisions;
  place *places;
};

void pat_sequencer_outcome_clear(pat_sequencer_outcome *outcome) {
  pat_blob_clear(&outcome->leaf);
  pat_blob_clear(&outcome->warnings);
}

/* --- the caller's side ----------------------------------------------------------------------- */

static bool places_valid(const pat_sequencer *sequencer) {
  size_t queue_max = sequencer->options.queue_max;
  return sequencer->waiting <= queue_max && sequencer->reserved <= queue_max - sequencer->waiting;
}

static pat_status reserve(pat_sequencer *sequencer, size_t count) {
  PAT_ASSERT(places_valid(sequencer));
  PAT_REQUIRE(!sequencer->stopping, SEQUENCER_STOPPED);
  PAT_TRY(sequencer->state);
  size_t queue_max = sequencer->options.queue_max;
  PAT_REQUIRE(count <= queue_max, SEQUENCER_BATCH);
  size_t free_places = queue_max - sequencer->waiting - sequencer->reserved;
  PAT_REQUIRE(count <= free_places, SEQUENCER_QUEUE);
  sequencer->reserved += count;
  return PAT_OK;
}

pat_status pat_sequencer_reserve(pat_sequencer *sequencer, size_t count) {
  PAT_CLEANUP(pat_mutex_release) pat_mutex *held PAT_UNUSED = pat_mutex_hold(&sequencer->mutex);
  return reserve(sequencer, count);
}

void pat_sequencer_unreserve(pat_sequencer *sequencer, size_t count) {
  PAT_CLEANUP(pat_mutex_release) pat_mutex *held PAT_UNUSED = pat_mutex_hold(&sequencer->mutex);
  PAT_ASSERT(count <= sequencer->reserved);
  sequencer->reserved -= count;
}

/* Turns reserved places into waiting statements, or gives them up. */
static pat_status enqueue(pat_sequencer *sequencer, request *mine) {
  PAT_ASSERT(mine->count <= sequencer->reserved);
  sequencer->reserved -= mine->count;
  PAT_REQUIRE(!sequencer->stopping, SEQUENCER_STOPPED);
  PAT_TRY(sequencer->state);
  if (sequencer->last == NULL) {
    sequencer->first = mine;
  } else {
    sequencer->last->next = mine;
  }
  sequencer->last = mine;
  sequencer->waiting += mine->count;
  PAT_ASSERT(places_valid(sequencer));
  pat_condition_signal(&sequencer->work);
  return PAT_OK;
}

/* The mutex is held. */
static pat_status wait_for_decision(pat_sequencer *sequencer, request *mine) {
  PAT_TRY(enqueue(sequencer, mine));
  sequencer->callers++;
  while (mine->done < mine->count) {
    pat_condition_wait(&sequencer->done, &sequencer->mutex);
  }
  sequencer->callers--;
  if (sequencer->callers == 0) pat_condition_broadcast(&sequencer->done);
  return mine->status;
}

static request make_request(const pat_submission *submissions, size_t count, bool check_only,
                            pat_sequencer_outcome *outcomes) {
  PAT_ASSERT(count >= 1);
  PAT_ASSERT(count <= PAT_BATCH_STATEMENTS_MAX);
  return (request){
      .submissions = submissions, .count = count, .check_only = check_only, .outcomes = outcomes};
}

pat_status pat_sequencer_submit(pat_sequencer *sequencer, const pat_submission *submissions,
                                size_t count, bool check_only,
                                pat_sequencer_outcome *ret_outcomes) {
  request mine = make_request(submissions, count, check_only, ret_outcomes);
  PAT_CLEANUP(pat_mutex_release) pat_mutex *held PAT_UNUSED = pat_mutex_hold(&sequencer->mutex);
  PAT_TRY(reserve(sequencer, count));
  return wait_for_decision(sequencer, &mine);
}

pat_status pat_sequencer_submit_reserved(pat_sequencer *sequencer,
                                         const pat_submission *submissions, size_t count,
                                         bool check_only, pat_sequencer_outcome *ret_outcomes) {
  request mine = make_request(submissions, count, check_only, ret_outcomes);
  PAT_CLEANUP(pat_mutex_release) pat_mutex *held PAT_UNUSED = pat_mutex_hold(&sequencer->mutex);
  return wait_for_decision(sequencer, &mine);
}

pat_status pat_sequencer_state(pat_sequencer *sequencer) {
  PAT_CLEANUP(pat_mutex_release) pat_mutex *held PAT_UNUSED = pat_mutex_hold(&sequencer->mutex);
  if (sequencer->stopping) return pat_refuse(PAT_RULE_SEQUENCER_STOPPED);
  return sequencer->state;
}

pat_sequencer_counters pat_sequencer_count(pat_sequencer *sequencer) {
  PAT_CLEANUP(pat_mutex_release) pat_mutex *held PAT_UNUSED = pat_mutex_hold(&sequencer->mutex);
  pat_sequencer_counters counters = sequencer->counters;
  counters.waiting = sequencer->waiting;
  counters.reserved = sequencer->reserved;
  return counters;
}

/* --- the queue, under the mutex -------------------------------------------------------------- */

/* Takes statements for one batch from the front. Requests stay in the queue until they are wholly
 * taken. One that is only checked has a batch of its own: what it would do is no other's
 * business. */
static size_t gather(pat_sequencer *sequencer, bool *ret_check_only) {
  size_t count = 0;
  *ret_check_only = sequencer->first != NULL && sequencer->first->check_only;
  while (sequencer->first != NULL && count < sequencer->options.batch_max) {
    request *front = sequencer->first;
    if (count > 0 && (*ret_check_only || front->check_only)) break;
    while (front->taken < front->count && count < sequencer->options.batch_max) {
      sequencer->submissions[count] = &front->submissions[front->taken];
      sequencer->places[count] = (place){front, front->taken};
      sequencer->memos[count].proved = false;
      front->taken++;
      count++;
    }
    if (front->taken < front->count) break;
    sequencer->first = front->next;
    if (sequencer->first == NULL) sequencer->last = NULL;
  }
  return count;
}

/* Counts a batch's statements as done; the waiter may be gone right after. */
static void finish(pat_sequencer *sequencer, size_t from, size_t count, pat_status status) {
  for (size_t i = from; i < from + count; i++) {
    request *of = sequencer->places[i].of;
    if (!pat_is_ok(status)) of->status = status;
    of->done++;
  }
  sequencer->waiting -= count;
  pat_condition_broadcast(&sequencer->done);
}

static uint64_t quiet_ms_max(const pat_sequencer *sequencer) {
  const Patina__GenesisParameters *genesis = pat_committer_genesis(sequencer->options.committer);
  return genesis == NULL ? UINT64_MAX : (uint64_t)genesis->max_quiet_s * 1000;
}

/* How long the log may still be quiet; 0: a heartbeat is due. */
static uint64_t quiet_ms_left(const pat_sequencer *sequencer) {
  uint64_t now = pat_env_monotonic_ms(sequencer->options.env);
  uint64_t quiet = now - sequencer->quiet_since_ms;
  uint64_t most = quiet_ms_max(sequencer);
  if (quiet < most) return most - quiet;
  return now < sequencer->beat_after_ms ? sequencer->beat_after_ms - now : 0;
}

/* --- the clock ------------------------------------------------------------------------------- */

/* Gives the time for a batch. The log's time never falls and is never frozen ahead of the world:
 * a jump of the clock stops the ledger until somebody has looked; a clock a little behind the
 * log is waited for. */
static pat_status read_clock(pat_sequencer *sequencer, uint64_t *ret_now_ms) {
  const pat_env *env = sequencer->options.env;
  uint64_t now = pat_env_now_ms(env);
  uint64_t monotonic = pat_env_monotonic_ms(env);
  if (sequencer->last_now_ms != 0) {
    uint64_t expected = sequencer->last_now_ms + (monotonic - sequencer->last_monotonic_ms);
    uint64_t apart = now > expected ? now - expected : expected - now;
    PAT_REQUIRE(apart <= CLOCK_JUMP_MS_MAX, SEQUENCER_CLOCK);
  }
  uint64_t log_time = pat_committer_time_ms(sequencer->options.committer);
  PAT_REQUIRE(now >= log_time || log_time - now <= CLOCK_JUMP_MS_MAX, SEQUENCER_CLOCK);
  sequencer->last_now_ms = now;
  sequencer->last_monotonic_ms = monotonic;
  *ret_now_ms = now;
  return PAT_OK;
}

/* Waits, mutex not held, until the clock has reached the log's time. */
static pat_status wait_for_clock(pat_sequencer *sequencer, uint64_t *ret_now_ms) {
  PAT_TRY(read_clock(sequencer, ret_now_ms));
  while (*ret_now_ms < pat_committer_time_ms(sequencer->options.committer)) {
    pat_mutex_lock(&sequencer->mutex);
    bool stopping = sequencer->stopping;
    if (!stopping) {
      (void)pat_condition_wait_ms(&sequencer->work, &sequencer->mutex, CLOCK_BEHIND_WAIT_MS);
    }
    pat_mutex_unlock(&sequencer->mutex);
    PAT_REQUIRE(!stopping, SEQUENCER_STOPPED);
    PAT_TRY(read_clock(sequencer, ret_now_ms));
  }
  return PAT_OK;
}

/* --- the batch, mutex not held --------------------------------------------------------------- */

static pat_status copy_warnings(const pat_decision *decision, pat_blob *ret_blob) {
  if (decision->warning_count == 0) return PAT_OK;
  Patina__Warning items[PAT_DECISION_WARNINGS_MAX];
  Patina__Warning *pointers[PAT_DECISION_WARNINGS_MAX];
  for (size_t i = 0; i < decision->warning_count; i++) {
    patina__warning__init(&items[i]);
    items[i].id = (char *)(uintptr_t)decision->warnings[i].id;
    items[i].n_values = decision->warnings[i].value_count;
    items[i].values = (char **)(uintptr_t)decision->warnings[i].values;
    pointers[i] = &items[i];
  }
  Patina__SubmitResult result = PATINA__SUBMIT_RESULT__INIT;
  result.n_warnings = decision->warning_count;
  result.warnings = pointers;
  size_t size = 0;
  PAT_TRY(pat_protobuf_size(&result.base, &size));
  PAT_TRY(pat_blob_init(size, ret_blob));
  pat_builder builder;
  pat_builder_init(&builder, ret_blob->data, size);
  return pat_protobuf_encode(&result.base, &builder);
}

static pat_status copy_outcome(const pat_decision *decision, uint64_t now_ms,
                               pat_sequencer_outcome *outcome) {
  outcome->outcome = decision->outcome;
  outcome->status = decision->status;
  outcome->err = decision->err;
  outcome->index = decision->index;
  outcome->leaf_hash = decision->leaf_hash;
  outcome->identifier_count = decision->identifier_count;
  outcome->accepted_at_ms = now_ms;
  for (size_t i = 0; i < decision->identifier_count; i++) {
    outcome->identifier_proofs[i] = decision->identifier_proofs[i];
  }
  PAT_TRY(copy_warnings(decision, &outcome->warnings));
  if (decision->outcome != PAT_DECISION_ACCEPTED) return PAT_OK;
  return pat_blob_copy(decision->leaf, &outcome->leaf);
}

/* Copies are made before the commit: nothing that can fail may stand between the commit and its
 * acknowledgement. */
static pat_status copy_outcomes(pat_sequencer *sequencer, const pat_batch *batch, size_t from) {
  for (size_t i = 0; i < batch->count; i++) {
    const place *at = &sequencer->places[from + i];
    PAT_TRY(copy_outcome(&batch->decisions[i], batch->now_ms, &at->of->outcomes[at->position]));
  }
  return PAT_OK;
}

static void count_batch(pat_sequencer *sequencer, const pat_batch *batch) {
  uint64_t outcomes[PAT_DECISION_REPLAYED + 1] = {0};
  for (size_t i = 0; i < batch->count; i++)
    outcomes[batch->decisions[i].outcome]++;
  sequencer->counters.refused += outcomes[PAT_DECISION_REFUSED];
  sequencer->counters.accepted += outcomes[PAT_DECISION_ACCEPTED];
  sequencer->counters.replayed += outcomes[PAT_DECISION_REPLAYED];
}

/* Commits what was decided, and notes when and how often that published something. */
static pat_status commit(pat_sequencer *sequencer, const pat_batch *batch, bool heartbeat) {
  uint64_t before = pat_published_get(sequencer->options.published).size;
  uint64_t size = 0;
  PAT_TRY(pat_committer_commit(sequencer->options.committer, batch, heartbeat, &size));
  if (size == before) return PAT_OK;
  sequencer->quiet_since_ms = pat_env_monotonic_ms(sequencer->options.env);
  PAT_CLEANUP(pat_mutex_release) pat_mutex *held PAT_UNUSED = pat_mutex_hold(&sequencer->mutex);
  sequencer->counters.commits++;
  return PAT_OK;
}

/* Decides and commits the statements [from, from + batch->count) of the gathered ones. */
static pat_status run_batch(pat_sequencer *sequencer, pat_batch *batch, size_t from,
                            bool check_only) {
  PAT_TRY(sequencer->state);
  PAT_TRY(wait_for_clock(sequencer, &batch->now_ms));
  PAT_TRY(pat_committer_decide(sequencer->options.committer, batch));
  PAT_TRY(copy_outcomes(sequencer, batch, from));
  return check_only ? PAT_OK : commit(sequencer, batch, false);
}

static void clear_copies(pat_sequencer *sequencer, size_t from, size_t count) {
  for (size_t i = from; i < from + count; i++) {
    const place *at = &sequencer->places[i];
    pat_sequencer_outcome_clear(&at->of->outcomes[at->position]);
  }
}

/* Runs what was gathered; where it is too large for the memory of one plan, in halves. */
static void run_gathered(pat_sequencer *sequencer, size_t gathered, bool check_only) {
  size_t from = 0;
  size_t part = gathered;
  while (from < gathered) {
    size_t count = part < gathered - from ? part : gathered - from;
    pat_batch batch = {.submissions = &sequencer->submissions[from],
                       .memos = &sequencer->memos[from],
                       .decisions = &sequencer->decisions[from],
                       .count = count};
    pat_status status = run_batch(sequencer, &batch, from, check_only);
    pat_status stopped = pat_committer_state(sequencer->options.committer);
    bool too_large = pat_is_rule(status, PAT_RULE_LIMIT_MEMORY) && pat_is_ok(stopped);
    if (too_large && count > 1) {
      clear_copies(sequencer, from, count);
      part = (count + 1) / 2;
      continue;
    }
    PAT_CLEANUP(pat_mutex_release) pat_mutex *held PAT_UNUSED = pat_mutex_hold(&sequencer->mutex);
    if (pat_is_ok(status) && !check_only) count_batch(sequencer, &batch);
    if (!pat_is_ok(stopped)) sequencer->state = stopped;
    if (pat_is_rule(status, PAT_RULE_SEQUENCER_CLOCK)) sequencer->state = status;
    finish(sequencer, from, count, status);
    from += count;
  }
}

static pat_status try_beat(pat_sequencer *sequencer) {
  pat_batch batch = {.count = 0};
  PAT_TRY(wait_for_clock(sequencer, &batch.now_ms));
  PAT_TRY(pat_committer_decide(sequencer->options.committer, &batch));
  return commit(sequencer, &batch, true);
}

/* A log that cannot even say that it is alive takes nothing more; but space comes back. */
static void beat(pat_sequencer *sequencer) {
  pat_status status = try_beat(sequencer);
  if (pat_is_ok(status)) return;
  PAT_LOG(PAT_LOG_ERROR, "sequencer.heartbeat", pat_log_rule(status));
  if (pat_is_rule(status, PAT_RULE_STORE_SPACE_LOW)) {
    sequencer->beat_after_ms = pat_env_monotonic_ms(sequencer->options.env) + BEAT_AGAIN_MS;
    return;
  }
  PAT_CLEANUP(pat_mutex_release) pat_mutex *held PAT_UNUSED = pat_mutex_hold(&sequencer->mutex);
  sequencer->state = status;
}

/* --- the thread ------------------------------------------------------------------------------ */

/* Waits for work. Returns false at the end, when nothing is left to do. */
static bool next_work(pat_sequencer *sequencer, size_t *ret_count, bool *ret_check_only) {
  PAT_CLEANUP(pat_mutex_release) pat_mutex *held PAT_UNUSED = pat_mutex_hold(&sequencer->mutex);
  while (sequencer->first == NULL && !sequencer->stopping) {
    bool works = pat_is_ok(sequencer->state);
    uint64_t left = works ? quiet_ms_left(sequencer) : IDLE_WAIT_MS;
    if (left == 0) break;
    (void)pat_condition_wait_ms(&sequencer->work, &sequencer->mutex,
                                left < IDLE_WAIT_MS ? left : IDLE_WAIT_MS);
  }
  *ret_count = gather(sequencer, ret_check_only);
  return *ret_count > 0 || !sequencer->stopping;
}

static void run(void *context) {
  pat_sequencer *sequencer = context;
  size_t count = 0;
  bool check_only = false;
  while (next_work(sequencer, &count, &check_only)) {
    if (count > 0) run_gathered(sequencer, count, check_only);
    /* Also under load: statements that are all refused leave the log as quiet as none. */
    if (pat_is_ok(sequencer->state) && quiet_ms_left(sequencer) == 0) beat(sequencer);
  }
}

static void free_sequencer(pat_sequencer *sequencer) {
  pat_condition_clear(&sequencer->done);
  pat_condition_clear(&sequencer->work);
  pat_mutex_clear(&sequencer->mutex);
  pat_mem_free(sequencer->submissions);
  pat_mem_free(sequencer->memos);
  pat_mem_free(sequencer->decisions);
  pat_mem_free(sequencer->places);
  pat_mem_free(sequencer);
}

/* A log that was closed was quiet meanwhile: readers count from its last commit too. */
static uint64_t quiet_since(const pat_sequencer *sequencer) {
  uint64_t committed_ms = pat_committer_time_ms(sequencer->options.committer);
  uint64_t now_ms = pat_env_now_ms(sequencer->options.env);
  uint64_t quiet_ms = now_ms > committed_ms ? now_ms - committed_ms : 0;
  return pat_env_monotonic_ms(sequencer->options.env) - quiet_ms; /* may wrap: differences count */
}

static pat_status start(pat_sequencer *sequencer) {
  size_t batch_max = sequencer->options.batch_max;
  sequencer->submissions = pat_mem_new_array(batch_max, sizeof *sequencer->submissions);
  sequencer->memos = pat_mem_new_array(batch_max, sizeof *sequencer->memos);
  sequencer->decisions = pat_mem_new_array(batch_max, sizeof *sequencer->decisions);
  sequencer->places = pat_mem_new_array(batch_max, sizeof *sequencer->places);
  PAT_REQUIRE(sequencer->submissions != NULL && sequencer->memos != NULL, LIMIT_MEMORY);
  PAT_REQUIRE(sequencer->decisions != NULL && sequencer->places != NULL, LIMIT_MEMORY);
  sequencer->quiet_since_ms = quiet_since(sequencer);
  return pat_thread_start("sequencer", run, sequencer, &sequencer->thread);
}

pat_status pat_sequencer_open(const pat_sequencer_options *options, pat_sequencer **ret_sequencer) {
  PAT_ASSERT(options->batch_max >= 1);
  PAT_ASSERT(options->batch_max <= PAT_GROUP_STATEMENTS_MAX);
  PAT_ASSERT(options->queue_max >= options->batch_max);
  pat_sequencer *sequencer = pat_mem_new(sizeof *sequencer);
  PAT_REQUIRE(sequencer != NULL, LIMIT_MEMORY);
  sequencer->options = *options;
  pat_mutex_init(&sequencer->mutex);
  pat_condition_init(&sequencer->work);
  pat_condition_init(&sequencer->done);
  pat_status status = start(sequencer);
  if (!pat_is_ok(status)) {
    free_sequencer(sequencer);
    return status;
  }
  *ret_sequencer = sequencer;
  return PAT_OK;
}

void pat_sequencer_close(pat_sequencer *sequencer) {
  if (sequencer == NULL) return;
  pat_mutex_lock(&sequencer->mutex);
  sequencer->stopping = true;
  pat_condition_broadcast(&sequencer->work);
  pat_mutex_unlock(&sequencer->mutex);
  pat_thread_join(&sequencer->thread);
  pat_mutex_lock(&sequencer->mutex);
  while (sequencer->callers > 0) {
    pat_condition_wait(&sequencer->done, &sequencer->mutex);
  }
  pat_mutex_unlock(&sequencer->mutex);
  free_sequencer(sequencer);
}
