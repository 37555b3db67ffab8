#include "anole/program/own_data.h"

#include "anole/core/error.h"
#include "anole/distributions/kinds.h"
#include "anole/io/file_system.h"
#include "anole/recipe/own_data.h"
#include "anole/recipe/recipe.h"

namespace anole {
namespace {

bool is_toml(const std::string& name) { return name.ends_with(".toml"); }

std::string without_toml(const std::string& name) {
  return is_toml(name) ? name.substr(0, name.size() - 5) : name;
}

void refuse_both(const std::string& name) {
  if (!is_embedded_config(name) || !path_exists(name)) return;
  throw UsageError(
      "'{}' is a {} here and a config of this program; write ./{} for the {}, {}.toml "
      "for the config",
      name, is_folder(name) ? "folder" : "file", name, is_folder(name) ? "folder" : "file", name);
}

TrainOptions recipe_of(const DataOptions& data, const Arguments& arguments,
                       std::span<const FlagInfo> keys) {
  TrainOptions options;
  const auto* recipe = data.dataset == "vectors" ? "own_tables" : "own_pictures";
  apply_config(embedded_config(recipe, keys), options);
  arguments.apply(options);
  options.data = data;
  return options;
}

std::unique_ptr<const TaskDistribution> load(const TrainOptions& options) {
  auto data = options.data;
  data.threads = options.threads;
  return load_distribution(data);
}

}  // namespace

Named what_is_named(const Arguments& arguments, std::span<const FlagInfo> keys) {
  const auto& name = arguments.positionals[0];
  refuse_both(name);
  const bool exists = path_exists(name);
  const auto config = without_toml(name);
  if (!exists && is_embedded_config(config)) return {.config = embedded_config(config, keys)};
  if (own_data_at(name) != OwnData::kNone) return {.data = name};
  if (exists || is_toml(name)) return {.config = read_config(name, keys)};
  throw UsageError("{}: no file or folder, and no config of this program{}", name,
                   near_config(name));
}

TrainOptions own_data_options(const std::string& path, const Arguments& arguments,
                              std::span<const FlagInfo> keys, std::vector<std::string>& notes) {
  const auto given = [&](std::string_view name) { return arguments.has(name); };
  DataOptions flags;
  arguments.apply(flags);
  auto found = find_out(path, flags, given);
  const auto recipe = recipe_of(found.options, arguments, keys);
  const auto distribution = load(recipe);
  const auto& data = *distribution->classes();
  const auto options = fit_recipe(recipe, data, given);
  notes = std::move(found.notes);
  notes.push_back(describe_recipe(options, data));
  return options;
}

DataOptions without_files(DataOptions options) {
  options.data.clear();
  options.labels.clear();
  options.label_column.clear();
  options.header = Header::kAuto;
  options.leave_out.clear();
  return options;
}

LoadedData load_rows(const RowsInMemory& rows, DataOptions options) {
  options.dataset = rows.dataset;
  require_understood(options);
  return rows.load(options);
}

TrainOptions own_data_options(const RowsInMemory& rows, const Arguments& arguments,
                              std::span<const FlagInfo> keys, std::vector<std::string>& notes) {
  DataOptions options;
  arguments.apply(options);
  options.dataset = rows.dataset;
  const auto recipe = recipe_of(options, arguments, keys);
  const auto data = load_rows(rows, recipe.data);
  auto named = recipe;
  named.data.data = "X";  // as messages call the rows
  auto fitted = fit_recipe(named, data, [&](std::string_view name) { return arguments.has(name); });
  fitted.data.data.clear();
  notes = {describe_recipe(fitted, data)};
  return fitted;
}

bool is_own_data(const TrainOptions& options) {
  return require_kind(options.data.dataset).origin == Origin::kOwnFiles;
}

}  // namespace anole
