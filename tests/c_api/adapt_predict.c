/* anole adapt and anole predict over the C ABI, compiled as C99 with anole.h alone: for the tests that
 * compare it with the command line, and for valgrind.
 *
 *   adapt_predict START OUT LABEL=PICTURE... -- PICTURE...
 *
 * Writes OUT, and for each question its label and the probabilities of all classes with 17 digits. */
#include "anole.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check(anole_status status) {
  if (status == ANOLE_OK) return;
  fprintf(stderr, "anole: %s\n", anole_last_error());
  exit(1);
}

static void add(anole_examples* examples, char* argument) {
  anole_picture picture = {0};
  char* equals = strchr(argument, '=');
  *equals = '\0';
  picture.path = equals + 1;
  check(anole_examples_add_picture(examples, argument, &picture));
}

static void ask(anole_adapter* adapter, const char* path, size_t outputs) {
  double* probabilities = malloc(outputs * sizeof(double));
  int32_t label = -1;
  char name[256];
  anole_picture picture = {0};
  anole_answers answers = {0};
  picture.path = path;
  answers.rows = 1, answers.outputs = outputs;
  answers.labels = &label, answers.probabilities = probabilities;
  check(anole_predict_pictures(adapter, &picture, 1, &answers));
  check(anole_get_label(adapter, (size_t)label, name, sizeof name));
  printf("%s %s", path, name);
  for (size_t i = 0; i < outputs; ++i) printf(" %.17g", probabilities[i]);
  printf("\n");
  free(probabilities);
}

int main(int argc, char** argv) {
  anole_adapter* adapter;
  anole_examples* examples;
  anole_facts facts = {0};
  int i = 3;
  check(anole_load(argv[1], &adapter));
  check(anole_examples_new(adapter, &examples));
  for (; i < argc && strcmp(argv[i], "--") != 0; ++i) add(examples, argv[i]);
  check(anole_adapt(adapter, examples, NULL, 0));
  check(anole_examples_free(examples));
  check(anole_save(adapter, argv[2]));
  facts.struct_size = sizeof facts;
  check(anole_get_facts(adapter, &facts));
  for (++i; i < argc; ++i) ask(adapter, argv[i], facts.outputs);
  check(anole_adapter_free(adapter));
  return 0;
}
