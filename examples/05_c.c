/* The same in C: the start that 04_pictures has left learns five characters of real handwriting from
 * a picture of each, is saved, and answers. Links libanole_runtime alone. */
#include <stdio.h>
#include <stdlib.h>

#include "anole.h"

enum { kClasses = 5, kQuestions = 4 };

static const char* const kLabels[kClasses] = {"angelic", "avesta", "ge-ez", "kannada", "tibetan"};

static void check(anole_status status) {
  if (status == ANOLE_OK) return;
  fprintf(stderr, "anole: %s\n", anole_last_error());
  exit(1);
}

/* Picture `number` of a class, in a place that the next call writes over. */
static anole_picture picture_of(const char* label, int number) {
  static char path[4096];
  anole_picture picture = {0};
  snprintf(path, sizeof path, "%s/%s/%d.png", EXAMPLE_CHARACTERS, label, number);
  picture.path = path;
  return picture;
}

static void learn(anole_adapter* adapter) {
  anole_examples* examples;
  check(anole_examples_new(adapter, &examples));
  for (int i = 0; i < kClasses; ++i) {
    const anole_picture picture = picture_of(kLabels[i], 1);
    check(anole_examples_add_picture(examples, kLabels[i], &picture));
  }
  check(anole_adapt(adapter, examples, NULL, 0));
  check(anole_examples_free(examples));
}

/* How many questions about class `index` are answered by it. */
static int right_of(anole_adapter* adapter, int index) {
  int right = 0;
  for (int i = 0; i < kQuestions; ++i) {
    const anole_picture picture = picture_of(kLabels[index], i + 2);
    int32_t label = -1;
    const anole_answers answers = {.rows = 1, .outputs = kClasses, .labels = &label};
    check(anole_predict_pictures(adapter, &picture, 1, &answers));
    right += label == index;
  }
  return right;
}

int main(int argc, char** argv) {
  const char* start = argc > 1 ? argv[1] : "start.anole";
  FILE* file = fopen(start, "rb");
  if (file == NULL) {
    printf("skipped: %s is not here; 04_pictures makes one\n", start);
    return 0;
  }
  fclose(file);
  anole_adapter* adapter;
  check(anole_load(start, &adapter));
  learn(adapter);
  check(anole_save(adapter, "mine.anole"));
  int right = 0;
  for (int i = 0; i < kClasses; ++i) right += right_of(adapter, i);
  printf("%d classes, one picture each\n%d of %d others are right\n", kClasses, right,
         kClasses * kQuestions);
  check(anole_adapter_free(adapter));
  return 0;
}
// Prints, numbers within 3:
// 5 classes, one picture each
// 13 of 20 others are right
