/* Anole for programs in C, and in whatever calls C: load a bundle, adapt it to a few labelled
 * examples, ask it, save it. C99; libanole_runtime exports these functions and nothing else.
 *
 *   anole_adapter* adapter;
 *   anole_examples* examples;
 *   if (anole_load("start.anole", &adapter) != ANOLE_OK) puts(anole_last_error());
 *   anole_examples_new(adapter, &examples);
 *   anole_examples_add_picture(examples, "cat", &(anole_picture){.path = "cat.png"});   ... more
 *   anole_adapt(adapter, examples, NULL, 0);
 *   anole_predict_pictures(adapter, &(anole_picture){.path = "new.png"}, 1, &answers);
 *
 * Rules:
 * 1. Results are the bits of `anole adapt` and `anole predict` on the same machine, whatever the
 *    caller's locale, rounding mode and treatment of denormals. One exception: of a bundle whose
 *    norm is "transductive" all rows of a call are one batch; `anole predict` asks one by one.
 * 2. Every function but anole_version, anole_last_error and anole_free returns a status. If it is
 *    not ANOLE_OK, the text is in anole_last_error, nothing was written through the caller's
 *    pointers, and adapter and examples are what they were. No C++ exception leaves the library;
 *    it never prints or exits.
 * 3. A handle is a number in the shape of a pointer, never given twice, and looked up at each
 *    call. One that was freed, or never made, is answered by ANOLE_CLOSED, in any thread; so is
 *    NULL, except by the functions that free, which take it as free() does.
 * 4. Any number of handles may be used by any number of threads at once. Calls for the same
 *    handle wait for each other. A handle may be freed while another thread's call uses it: that
 *    call finishes, later ones get ANOLE_CLOSED. Calls run on the caller's thread; the library
 *    starts none.
 * 5. What the caller passes is read or filled during the call and not kept. What the library
 *    allocates for the caller is freed by anole_free; handles by the function beside their type.
 * 6. Texts are UTF-8 and end in a zero byte. Numbers are row-major float32. */
#ifndef ANOLE_H_
#define ANOLE_H_

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define ANOLE_API __attribute__((visibility("default")))
#else
#define ANOLE_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef enum anole_status {
  ANOLE_OK = 0,
  ANOLE_ERROR = 1,      /* files and examples: damaged, not there, of the wrong shape, not finite */
  ANOLE_USAGE = 2,      /* the call itself: a null pointer, an unknown option, too little room */
  ANOLE_NON_FINITE = 3, /* the adaptation diverged; try a smaller lr */
  ANOLE_OUT_OF_MEMORY = 4, /* for an array: nothing has changed, go on or free handles */
  ANOLE_CLOSED = 5,        /* not a handle of this kind, or freed already */
  ANOLE_INTERNAL = 6       /* an error in Anole; please report its text */
} anole_status;

/* A bundle that is loaded, and what adapts and asks it. */
typedef struct anole_adapter anole_adapter;
/* Labelled examples that are being gathered. */
typedef struct anole_examples anole_examples;

/* "0.1.0"; static storage. */
ANOLE_API const char* anole_version(void);

/* Why the last call of this thread that failed did so: what was found, what was expected, what to
 * do; "" if none has failed. It stays as it is until another call of this thread fails. */
ANOLE_API const char* anole_last_error(void);

/* ---- Bundles ---- */

/* A bundle from a file, or from the bytes of one. Free it by anole_adapter_free. */
ANOLE_API anole_status anole_load(const char* path, anole_adapter** adapter);
ANOLE_API anole_status anole_load_bytes(const void* bytes, size_t size, anole_adapter** adapter);
ANOLE_API anole_status anole_adapter_free(anole_adapter* adapter);

/* The bundle as it answers now; equal bundles give equal bytes. The file is replaced whole or not
 * at all. Free *bytes by anole_free. */
ANOLE_API anole_status anole_save(anole_adapter* adapter, const char* path);
ANOLE_API anole_status anole_save_bytes(anole_adapter* adapter, void** bytes, size_t* size);
ANOLE_API void anole_free(void* bytes);

/* What a bundle is. Fields may be added at the end in later versions. */
typedef struct anole_facts {
  size_t struct_size;              /* in: sizeof(anole_facts) of the caller */
  int32_t channels, height, width; /* of a row; numbers of a table: `channels` of them, 1 x 1 */
  size_t numbers;                  /* of a row: channels * height * width */
  size_t outputs;                  /* of an answer: classes, or values of a regression */
  int32_t is_classifier;           /* 1: outputs are logits of classes; 0: values */
  int32_t is_adapted;              /* 1: it knows classes by name; 0: an initialisation */
  int32_t takes_pictures;          /* 1: pictures, or rows of pixels as the network takes them */
  size_t examples;      /* that it holds; 0: none, or left out, and then it cannot change */
  int32_t inverted;     /* 1: pictures are inverted before they are rows */
  const char* norm;     /* "support", "support+1" or "transductive"; static storage */
  double threshold;     /* of the largest probability, below it "none of these"; 0: not known */
  double temperature;   /* that divides logits before the softmax, > 0 */
  int32_t steps, batch; /* inner steps of an adaptation, and examples of each; batch 0: all */
  int64_t iteration;    /* of meta-training; -1: not known */
} anole_facts;

ANOLE_API anole_status anole_get_facts(anole_adapter* adapter, anole_facts* facts);

/* The name of class `index`, in [0, outputs), into `text`, which has room for `size` bytes with the
 * zero byte. ANOLE_USAGE, which says how many it takes, if that is too little. */
ANOLE_API anole_status anole_get_label(anole_adapter* adapter, size_t index, char* text,
                                       size_t size);

/* ---- Examples ---- */

/* A picture: the path of a PNG, JPEG or WebP, or the bytes of one, or pixels. One of the three. */
typedef struct anole_picture {
  const char* path;
  const void* bytes;
  size_t size;                     /* of `bytes` */
  const void* pixels;              /* 8 bits each, [height, width, channels], 0 black */
  int32_t height, width, channels; /* 1: grey, 3: red, green, blue */
  const char* name; /* for messages, and beside the label for the order of examples; NULL: the
                     * path's file name, or none */
} anole_picture;

/* Examples of the kind of rows that `adapter` takes, for it and for others that take the same. */
ANOLE_API anole_status anole_examples_new(anole_adapter* adapter, anole_examples** examples);
ANOLE_API anole_status anole_examples_free(anole_examples* examples);

/* `count` rows of `numbers` finite numbers each, and a label for each: all are added or none. Of a
 * table the numbers are as the table has them; of pictures they are pixels as the network takes
 * them. Labels are not empty; letters with accents are one character each afterwards (Unicode
 * NFC), as in the names of folders. */
ANOLE_API anole_status anole_examples_add_rows(anole_examples* examples, const char* const* labels,
                                               const float* rows, size_t count, size_t numbers);

/* The same with values in the place of labels, for a bundle that is no classifier: `targets` is
 * [count, outputs]. Such examples are not kept in the bundle. */
ANOLE_API anole_status anole_examples_add_targets(anole_examples* examples, const float* targets,
                                                  size_t outputs, const float* rows, size_t count,
                                                  size_t numbers);

/* A picture is decoded here, and inverted or not when all have been seen. */
ANOLE_API anole_status anole_examples_add_picture(anole_examples* examples, const char* label,
                                                  const anole_picture* picture);

/* ---- Adapting ---- */

/* An option by its name and value, both as texts: {"steps", "20"}. The names are those of `anole
 * adapt`: steps, batch, lr, shift, seed, task; invert (auto, yes, no), of pictures; and inverted
 * (true, false), which says of rows that they are of inverted pictures. */
typedef struct anole_option {
  const char* name;
  const char* value;
} anole_option;

/* Adapts the initialisation, always from where the bundle began, to `examples` of 2 to 200 classes;
 * the order in which they came does not matter. Classes are then in bytewise order of their labels.
 * `options` may be NULL where `option_count` is 0: the bundle's own, as `anole adapt` does. The
 * examples can be added to, used again and freed. */
ANOLE_API anole_status anole_adapt(anole_adapter* adapter, anole_examples* examples,
                                   const anole_option* options, size_t option_count);

/* The same with examples more, of old or new classes, or without those of one class, under the
 * options of the last adaptation: the bytes of one adaptation to what there is then. Of options
 * anole_add takes `invert` alone. */
ANOLE_API anole_status anole_add(anole_adapter* adapter, anole_examples* examples,
                                 const anole_option* options, size_t option_count);
ANOLE_API anole_status anole_remove(anole_adapter* adapter, const char* label);

/* Leaves examples and initialisation out: the bundle is smaller and private, and cannot change. */
ANOLE_API anole_status anole_forget_examples(anole_adapter* adapter);

/* ---- Answers ---- */

/* The caller's memory for answers. A part that is NULL is left out. */
typedef struct anole_answers {
  size_t rows;           /* room for as many answers */
  size_t outputs;        /* of each: anole_facts.outputs */
  int32_t* labels;       /* [rows], the likeliest class, in [0, outputs) */
  double* probabilities; /* [rows, outputs], each row sums to 1 */
  uint8_t* known;        /* [rows], 0: likely none of the classes */
  float* values;         /* [rows, outputs], logits, or the values of a regression */
} anole_answers;

/* Answers to `count` questions, at most answers->rows, into the first of its places. Rows are
 * [count, numbers], as for anole_examples_add_rows. `labels`, `probabilities` and `known` are of
 * classifiers. */
ANOLE_API anole_status anole_predict_rows(anole_adapter* adapter, const float* rows, size_t count,
                                          size_t numbers, const anole_answers* answers);
ANOLE_API anole_status anole_predict_pictures(anole_adapter* adapter, const anole_picture* pictures,
                                              size_t count, const anole_answers* answers);

#ifdef __cplusplus
}
#endif

#endif /* ANOLE_H_ */
