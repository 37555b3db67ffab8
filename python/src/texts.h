#pragma once

// Texts and paths between Python and C++. Paths of Linux are bytes; Python holds those that are no
// UTF-8 as str with surrogates (PEP 383), which nanobind's own conversions refuse.

#include <nanobind/nanobind.h>

#include <filesystem>
#include <string>

namespace anole::python {

// Of str, bytes or an os.PathLike. Throws TypeError for anything else.
inline std::string text_from(nanobind::handle value) {
  namespace nb = nanobind;
  const nb::object plain = nb::steal(PyOS_FSPath(value.ptr()));
  if (!plain.is_valid()) throw nb::python_error();
  const nb::object bytes =
      nb::isinstance<nb::bytes>(plain) ? plain : nb::steal(PyUnicode_EncodeFSDefault(plain.ptr()));
  if (!bytes.is_valid()) throw nb::python_error();
  const auto view = nb::cast<nb::bytes>(bytes);
  return {view.c_str(), view.size()};
}

inline nanobind::str python_path(const std::filesystem::path& path) {
  const auto& text = path.native();
  return nanobind::steal<nanobind::str>(
      PyUnicode_DecodeFSDefaultAndSize(text.data(), static_cast<Py_ssize_t>(text.size())));
}

}  // namespace anole::python
