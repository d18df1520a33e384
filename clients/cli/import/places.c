#include "clients/cli/import/places.h"

#include <stdlib.h>

#include "core/base/limits.h"

enum { PLACES_FIRST = 1024, NUMBERS = 512 };

void pat_places_clear(pat_places *places) {
  free(places->items);
  *places = (pat_places){.items = NULL};
}

pat_status pat_places_add(pat_places *places, const pat_place *place) {
  PAT_REQUIRE(places->count < PAT_IMPORT_ROWS_MAX, IMPORT_ROWS);
  if (places->count == places->capacity) {
    size_t capacity = places->capacity > 0 ? places->capacity * 2 : PLACES_FIRST;
    pat_place *items = realloc(places->items, capacity * sizeof *items);
    PAT_REQUIRE(items != NULL, LIMIT_MEMORY);
    places->items = items;
    places->capacity = capacity;
  }
  places->items[places->count++] = *place;
  return PAT_OK;
}

/* Random numbers, many of them drawn at once. */
typedef struct {
  pat_places_entropy entropy;
  uint64_t numbers[NUMBERS];
  size_t left;
} number_source;

static pat_status draw(number_source *source, uint64_t *ret_number) {
  if (source->left == 0) {
    PAT_TRY(source->entropy((uint8_t *)source->numbers, sizeof source->numbers));
    source->left = NUMBERS;
  }
  *ret_number = source->numbers[--source->left];
  return PAT_OK;
}

pat_status pat_places_shuffle(pat_places *places, pat_places_entropy entropy) {
  number_source source = {.entropy = entropy};
  for (size_t i = places->count; i > 1; i--) {
    uint64_t number = 0;
    PAT_TRY(draw(&source, &number));
    /* The remainder prefers small numbers by less than 2^-40: there are below 2^24 rows. */
    size_t other = (size_t)(number % i);
    pat_place place = places->items[i - 1];
    places->items[i - 1] = places->items[other];
    places->items[other] = place;
  }
  return PAT_OK;
}
