#include "anole/report/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <system_error>
#include <utility>

#include "anole/core/error.h"
#include "anole/core/text.h"
#include "anole/html/page_style.h"
#include "anole/html/text.h"
#include "anole/report/charts.h"
#include "anole/report/comparisons.h"
#include "anole/report/gallery.h"
#include "anole/version.h"

namespace anole {
namespace {

constexpr std::size_t kPictureBytes = 1'200'000;  // leaves room for all else in kLargestPage
constexpr std::size_t kClassesShown = 10;

struct GroupTitle {
  std::string_view group, title;
};
constexpr GroupTitle kGroups[] = {{"", "Run"},
                                  {"dataset", "Data"},
                                  {"model", "Network"},
                                  {"protocol", "Protocol"},
                                  {"options", "Options"}};

std::string card(std::string_view value, std::string_view label) {
  return fmt::format("<div class=\"card\"><b>{}</b><span>{}</span></div>", value,
                     escape_html(label));
}

std::string score_card(const Score& score, const Metric& metric, const std::string& label) {
  return card(fmt::format("{} <small>± {}{}</small>", number_text(score.mean, metric),
                          number_text(score.ci95, metric), metric.unit),
              label);
}

std::string cards(const RunReport& run) {
  std::string html;
  if (run.findings) {
    const auto& findings = *run.findings;
    const auto& norms = findings.learned.norms;
    const auto& metric = *findings.learned.metric;
    for (std::size_t i = 0; i < (findings.batch_norm ? norms.size() : 1); ++i) {
      const auto mode = findings.batch_norm ? ", " + std::string(enum_name(norms[i].norm)) : "";
      html += score_card(norms[i].after, metric, fmt::format("test {}{}", metric.key, mode));
    }
    html += score_card(norms[0].before, metric, "before adapting");
    html +=
        score_card(findings.random.norms[0].after, metric, "adapted from a random initialisation");
  }
  const auto total = total_time(run.history.timing);
  if (total.seconds > 0) {
    html += card(seconds_text(total.seconds),
                 fmt::format("training, {} meta-iterations", with_commas(total.iterations)));
  }
  return html.empty() ? "" : "<div class=\"cards\">" + html + "</div>";
}

// A number of run.json; what is none is shown as it stands there.
std::string grouped(const std::string& text) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc() && stop == end) return with_commas(number);
  return text.empty() ? "–" : text;
}

// "omniglot (authors split), 5-way 1-shot, omniglot_conv4 with 113,221 parameters"
std::string subject(const RunHistory& history) {
  auto text = history.fact("options", "dataset");
  const auto split = history.fact("dataset", "split");
  if (!split.empty()) text += " (" + split + " split)";
  if (split.empty()) {  // no classes
    text += fmt::format(", {} points a task", history.fact("options", "shots"));
  } else {
    text += fmt::format(", {}-way {}-shot", history.fact("options", "ways"),
                        history.fact("options", "shots"));
  }
  return text + fmt::format(", {} with {} parameters", history.fact("model", "name"),
                            grouped(history.fact("model", "parameters")));
}

std::string warning(const std::string& text) {
  return text.empty() ? "" : fmt::format("<p class=\"warn\">{}</p>", escape_html(text));
}

std::string progress_note(const RunReport& run) {
  if (run.iteration >= run.iterations) return "";
  return fmt::format("{} is unfinished: what is shown is the state after {} of {} meta-iterations.",
                     run.history.name, with_commas(run.iteration), with_commas(run.iterations));
}

std::string page_header(std::span<const RunReport> runs) {
  const auto title =
      runs.size() == 1 ? runs[0].history.name : fmt::format("{} runs compared", runs.size());
  std::string html =
      fmt::format("<header><p class=\"brand\">Anole report</p><h1>{}</h1>", escape_html(title));
  for (const auto& run : runs) {
    const auto name = runs.size() == 1 ? "" : run.history.name + ": ";
    html += fmt::format("<p>{}</p>", escape_html(name + subject(run.history)));
  }
  html += "</header>";
  for (const auto& run : runs) html += warning(progress_note(run)) + warning(run.note);
  return html;
}

std::string facts_table(const RunHistory& history, std::string_view group) {
  std::string rows;
  for (const auto& fact : history.facts) {
    if (fact.group != group) continue;
    rows += fmt::format("<tr><td>{}</td><td>{}</td></tr>", escape_html(fact.name),
                        fact.value.empty() ? "–" : escape_html(fact.value));
  }
  return rows.empty() ? "" : "<table class=\"facts\">" + rows + "</table>";
}

std::string protocol_section(const RunReport& run) {
  std::string html;
  for (const auto& [group, title] : kGroups) {
    const auto table = facts_table(run.history, group);
    if (!table.empty()) html += fmt::format("<div><h3>{}</h3>{}</div>", title, table);
  }
  return section("The protocol in full", "Every option of the run, as recorded when it began.",
                 "<div class=\"columns\">" + html + "</div>");
}

// Facts whose values are not the same in all runs.
std::string difference_section(std::span<const RunReport> runs) {
  std::vector<std::vector<std::string>> rows{{""}};
  for (const auto& run : runs) rows[0].push_back(escape_html(run.history.name));
  std::vector<Fact> seen;
  for (const auto& run : runs) {
    for (const auto& fact : run.history.facts) {
      const auto same = [&](const Fact& one) {
        return one.group == fact.group && one.name == fact.name;
      };
      if (fact.group == "protocol" || std::ranges::any_of(seen, same)) continue;
      seen.push_back(fact);
      const bool plain = fact.group.empty() || fact.group == "options";
      std::vector<std::string> row{escape_html(plain ? fact.name : fact.group + ' ' + fact.name)};
      bool differs = false;
      for (const auto& other : runs) {
        const auto value = other.history.fact(fact.group, fact.name);
        differs = differs || value != runs[0].history.fact(fact.group, fact.name);
        row.push_back(value.empty() ? "–" : escape_html(value));
      }
      if (differs) rows.push_back(std::move(row));
    }
  }
  if (rows.size() == 1) return "";
  return section("What differs", "Options, versions and data that are not the same in all runs.",
                 "<div class=\"differs\">" + html_table(rows, false) + "</div>");
}

std::string task_sections(const Findings& findings) {
  if (findings.answer == AnswerKind::kValue) {
    return section(
        "Fitted curves",
        fmt::format("Test tasks, {} inner steps on the support points.", findings.eval_steps),
        fit_gallery(findings.fits));
  }
  PictureBudget budget(kPictureBytes);
  const std::string mode = findings.batch_norm ? ", transductive" : "";
  std::string html =
      section("Test tasks, as they were drawn",
              std::string("Above the line the support rows of each class, below it its query rows "
                          "with the answer and "
                          "its confidence") +
                  mode + ". Mistakes are marked with ✗ and the class that was named.",
              task_gallery(findings.first_tasks, findings.row, budget));
  html += section("Test tasks with most mistakes", "Not typical: the worst of all that were drawn.",
                  task_gallery(findings.worst_tasks, findings.row, budget));
  html += section("Hardest and easiest classes",
                  "By the mean probability given to the right class, with the query rows that were "
                  "named rightly.",
                  class_gallery(findings, kClassesShown, budget));
  html += section(
      "Confusion",
      "How often a class of one group (row) was taken for a class of another (column): "
      "the stronger the colour, the more often of all times it could have been; paler where "
      "that was seldom. A group is the part of a class name before the slash: the "
      "alphabet of a character.",
      confusion_html(findings.answers[0]));
  return html;
}

std::string page_footer(std::span<const RunReport> runs) {
  std::string text = fmt::format("Written by anole {}.", kVersion);
  if (runs[0].findings) {
    text += fmt::format(" Test tasks are those of seed {}.", runs[0].findings->seed);
  }
  return "<footer>" + escape_html(text) + "</footer>";
}

std::string comparison_sections(const RunReport& run) {
  return (run.expected ? expectations_section(*run.expected) : "") +
         peers_place(run.peers ? peers_section(*run.peers) : "");
}

void require_one_metric(std::span<const RunReport> runs) {
  const RunReport* first = nullptr;
  for (const auto& run : runs) {
    if (!run.findings) continue;
    if (first == nullptr) first = &run;
    const auto &one = *first->findings->learned.metric, &other = *run.findings->learned.metric;
    if (&one == &other) continue;
    throw Error("{} was scored by {}, {} by {}; expected runs whose scores can be compared",
                first->history.name, one.name, run.history.name, other.name);
  }
}

}  // namespace

std::string report_page(std::span<const RunReport> runs) {
  ANOLE_CHECK(!runs.empty());
  require_one_metric(runs);
  const bool alone = runs.size() == 1;
  std::string body = page_header(runs);
  if (alone) body += cards(runs[0]);
  if (alone) body += comparison_sections(runs[0]);
  if (!alone) body += difference_section(runs);
  body += learning_section(runs) + adaptation_section(runs) + norm_section(runs);
  if (alone && runs[0].findings) body += task_sections(*runs[0].findings);
  body += calibration_section(runs) + timing_section(runs);
  if (alone) body += protocol_section(runs[0]);
  const auto title = alone ? runs[0].history.name : "Runs compared";
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
      "<link rel=\"icon\" href=\"data:,\"><title>{} – Anole</title><style>{}</style></head>\n"
      "<body><main>\n{}{}</main></body></html>\n",
      escape_html(title), kPageStyle, body, page_footer(runs));
}

}  // namespace anole
