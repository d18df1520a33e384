/* Where the vectors come from: each function writes the files of its folder under tests/vectors. */
#ifndef PAT_TESTS_CORE_MODEL_MAKE_VECTORS_H
#define PAT_TESTS_CORE_MODEL_MAKE_VECTORS_H

#include "tests/core/model/vector_file.h"

void make_fold_vectors(vector_run *run);
void make_random_vectors(vector_run *run); /* fold too; never committed */
void make_statement_vectors(vector_run *run);
void make_value_vectors(vector_run *run); /* edtf, identifier, number */

#endif
