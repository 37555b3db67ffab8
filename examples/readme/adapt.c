#include <anole.h>
#include <stdio.h>

int main(void) {
  anole_adapter* adapter;
  anole_examples* examples;
  int32_t label;
  char name[64] = "";
  const anole_picture wave = {.path = "wave.png"}, point = {.path = "point.png"};
  const anole_picture question = {.path = "new.png"};
  const anole_answers answers = {.rows = 1, .outputs = 2, .labels = &label};
  if (anole_load("start.anole", &adapter) || anole_examples_new(adapter, &examples) ||
      anole_examples_add_picture(examples, "wave", &wave) ||
      anole_examples_add_picture(examples, "point", &point) ||
      anole_adapt(adapter, examples, NULL, 0) ||
      anole_predict_pictures(adapter, &question, 1, &answers) ||
      anole_get_label(adapter, (size_t)label, name, sizeof name))
    return fprintf(stderr, "%s\n", anole_last_error()), 1;
  return puts(name) < 0;
}
