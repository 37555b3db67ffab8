// A bundle that adapts and answers, in plain arrays: anole/_adapter.py makes them of what users
// pass, and holds the lock. Python's other threads run while one works in here.

#include "anole/bundle/adapter.h"

#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "anole/make_learner.h"
#include "anole/support/files.h"
#include "python/src/bind.h"
#include "python/src/options.h"
#include "python/src/signals.h"

namespace nb = nanobind;

namespace anole::python {
namespace {

// [n, C * H * W], of the caller, who keeps it for the time of the call.
using Rows = nb::ndarray<const float, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

class Core {
 public:
  explicit Core(Bundle bundle) : adapter_(std::move(bundle), learners()) {
    adapter_.check_between_steps(SignalCheck());
  }
  const Bundle& bundle() const { return adapter_.bundle(); }

 private:
  Adapter adapter_;
};

Core load(const std::string& path) {
  const nb::gil_scoped_release others_run;
  return Core(load_bundle(path));
}

}  // namespace

void bind_adapter(nb::module_& module) {
  nb::class_<Core>(module, "Core", "One bundle; not for several threads at once.")
      .def_static("load", load, nb::arg("path"))
      .def_prop_ro("labels", [](const Core& core) { return core.bundle().labels; });
}

}  // namespace anole::python
