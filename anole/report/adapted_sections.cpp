#include "anole/report/adapted_sections.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "anole/core/statistics.h"
#include "anole/core/text.h"
#include "anole/html/text.h"
#include "anole/report/charts.h"
#include "anole/report/gallery.h"

namespace anole {
namespace {

// Bytes of pictures in the three galleries: with the longest names still below kLargestPage.
constexpr std::size_t kExampleBytes = 300'000, kMistakeBytes = 150'000, kUnsureBytes = 250'000;
constexpr std::size_t kExamplesShown = 6, kExamplesInAll = 400;
constexpr std::size_t kLineLength = 1000;
constexpr std::size_t kPairsShown = 40;
constexpr std::size_t kClassesConfused = 40;  // rows of the table
constexpr std::size_t kClassesNamed = 30;     // in the header

std::string counted(std::int64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", with_commas(count), count == 1 ? one : many);
}

std::string label_html(const Bundle& bundle, int label) {
  return short_name(bundle.labels[static_cast<std::size_t>(label)]);
}

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }

// Where the character that `text[at]` is part of begins.
std::size_t character_at(std::string_view text, std::size_t at) {
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
  return at;
}

// Where the examples do not name them.
std::string classes_line(const Bundle& bundle) {
  if (!bundle.examples.empty()) return "";
  std::string names;
  for (std::size_t i = 0; i < std::min(bundle.labels.size(), kClassesNamed); ++i) {
    names += (i == 0 ? "" : ", ") + short_name(bundle.labels[i]);
  }
  const auto left = std::ssize(bundle.labels) - static_cast<std::int64_t>(kClassesNamed);
  if (left > 0) names += fmt::format(" and {} more", left);
  return fmt::format("<p>{}: {}</p>", counted(std::ssize(bundle.labels), "class", "classes"),
                     names);
}

std::string expectation_line(const Bundle& bundle) {
  if (bundle.calibration.empty()) return "";
  const auto& point = bundle.calibration.front();
  return fmt::format(
      "<p>Expected by its start: {:.1f} ± {:.1f} % right, on tasks of {} with {} of each</p>",
      100 * point.accuracy, 100 * point.ci95, counted(point.ways, "class", "classes"),
      counted(point.shots, "example", "examples"));
}

std::string card(const std::string& value, const std::string& label) {
  return fmt::format("<div class=\"card\"><b>{}</b><span>{}</span></div>", value, label);
}

// The classes with most mistakes, as truth and answer together, in label order.
std::vector<int> most_mistaken(const AnswerLog& answers, std::size_t most) {
  std::map<int, std::int64_t> count;
  for (const auto& pair : answers.mistakes()) {
    count[pair.truth] += pair.times;
    count[pair.guess] += pair.times;
  }
  auto labels = answers.labels();
  std::ranges::stable_sort(labels, std::greater<>(), [&](int label) { return count[label]; });
  labels.resize(std::min(labels.size(), most));
  std::ranges::sort(labels);
  return labels;
}

std::string confusion_cell(std::int64_t times, bool right) {
  if (times == 0) return "";
  return right ? fmt::format("<span class=\"right\">{}</span>", times)
               : fmt::format("<span class=\"wrong\">✗ {}</span>", times);
}

std::string confusion_table(const Bundle& bundle, const AnswerLog& answers,
                            const std::vector<int>& labels) {
  std::vector<std::vector<std::string>> rows{{"truth ↓ answer →"}};
  for (const int label : labels) rows[0].push_back(label_html(bundle, label));
  for (const int truth : labels) {
    rows.push_back({label_html(bundle, truth)});
    for (const int guess : labels) {
      rows.back().push_back(confusion_cell(answers.times(truth, guess), truth == guess));
    }
  }
  return "<div class=\"confusion\">" + html_table(rows, true) + "</div>";
}

std::string mistake_html(const Bundle& bundle, const Mistaken& pair, PictureBudget& budget) {
  std::string figures;
  for (const auto& answer : pair.surest) {
    figures += fmt::format(
        "<figure class=\"wrong\">{}<figcaption>{} <b>{}</b></figcaption></figure>",
        budget.spend(answer.picture), short_path(answer.input), percent(answer.probability()));
  }
  const auto left = pair.times - std::ssize(pair.surest);
  const auto more = left == 0 ? "" : fmt::format("<p class=\"note\">and {} more</p>", left);
  return fmt::format("<div><h3>{} → {} <small>{}</small></h3><div class=\"row\">{}</div>{}</div>",
                     label_html(bundle, pair.truth), label_html(bundle, pair.guess),
                     counted(pair.times, "time", "times"), figures, more);
}

std::string likeliest_html(const Bundle& bundle, const KeptAnswer& answer) {
  std::string html;
  for (const auto& one : answer.likeliest) {
    html += fmt::format("{}{} {}", html.empty() ? "<b>" : ", ", label_html(bundle, one.label),
                        percent(one.probability));
    if (&one == &answer.likeliest.front()) html += "</b>";
  }
  return answer.known ? html : html + " <span class=\"none\">none of these</span>";
}

std::string truth_html(const Bundle& bundle, const KeptAnswer& answer) {
  if (answer.truth < 0) return "–";
  if (answer.truth == answer.likeliest[0].label) return "right";
  return fmt::format("<span class=\"wrong\">✗ is {}</span>", label_html(bundle, answer.truth));
}

}  // namespace

std::string short_name(std::string_view text, std::size_t most) {
  if (columns(text) <= most && text.size() <= 4 * most) return escape_html(text);
  std::size_t end = 0;
  for (std::size_t i = 0; i < most && end < std::min(text.size(), 4 * most); ++i) {
    ++end;
    while (end < text.size() && character_at(text, end) != end && end < 4 * most) ++end;
  }
  return escape_html(text.substr(0, end)) + "…";
}

std::string short_path(std::string_view text, std::size_t most) {
  if (columns(text) <= most && text.size() <= 4 * most) return escape_html(text);
  std::size_t begin = text.size();
  for (std::size_t i = 0; i < most && begin > 0; ++i) begin = character_at(text, begin - 1);
  begin = std::max(begin, text.size() - std::min(text.size(), 4 * most));
  return "…" + escape_html(text.substr(begin));
}

std::string adapted_header(const AdaptedPage& page, const Bundle& bundle) {
  return fmt::format(
      "<header><p class=\"brand\">Anole predictions</p><h1>{}</h1>{}<p>Adapted {}</p>{}</header>",
      short_name(page.name), classes_line(bundle), short_name(page.adapted, kLineLength),
      expectation_line(bundle));
}

std::string answer_cards(const AdaptedPage& page, const AnswerLog& answers) {
  auto html = card(with_commas(answers.asked()), answers.asked() == 1 ? "question" : "questions");
  if (answers.with_truth() > 0) {
    const auto share = share_of(answers.right(), answers.with_truth());
    html += card(fmt::format("{} <small>{:.1f} to {:.1f}</small>", percent(share.share),
                             100 * share.low, 100 * share.high),
                 fmt::format("right: {} of {} whose folder or label says what they are; 95 % "
                             "interval",
                             with_commas(answers.right()), with_commas(answers.with_truth())));
  }
  if (page.threshold > 0) {
    html += card(with_commas(answers.unknown()),
                 fmt::format("likely none of these: below {}", percent(page.threshold)));
  }
  if (answers.unread_inputs() > 0) {
    html += card(with_commas(answers.unread_inputs()), "could not be read");
  }
  return "<div class=\"cards\">" + html + "</div>";
}

std::string examples_section(const Bundle& bundle) {
  std::map<std::string_view, std::vector<const LabelledRow*>> classes;
  for (const auto& example : bundle.examples) classes[example.label].push_back(&example);
  PictureBudget budget(kExampleBytes);
  std::string html;
  for (const auto& [label, examples] : classes) {
    const auto shown = std::min({examples.size(), kExamplesShown,
                                 std::max<std::size_t>(1, kExamplesInAll / classes.size())});
    std::string pictures;
    for (std::size_t i = 0; i < shown; ++i) {
      pictures += budget.spend(own_picture(examples[i]->row, bundle));
    }
    const auto all = std::ssize(examples);
    const auto note = counted(all, "example", "examples") +
                      (shown < examples.size() ? fmt::format(", {} shown", shown) : "");
    html += fmt::format(
        "<div class=\"way\"><h4><b>{}</b>{}</h4><div class=\"row support\">{}</div></div>",
        short_name(label), note, pictures);
  }
  if (html.empty()) {
    return section("Examples", "They were left out of the bundle.",
                   "<p class=\"note\">It answers, but cannot show what it learned from.</p>");
  }
  return section("Examples", "What it learned from, class by class.",
                 "<div class=\"ways\">" + html + "</div>");
}

std::string confusion_section(const Bundle& bundle, const AnswerLog& answers) {
  if (answers.with_truth() == 0) return "";
  const auto labels = most_mistaken(answers, kClassesConfused);
  auto html = confusion_table(bundle, answers, labels);
  if (const auto all = answers.labels().size(); labels.size() < all) {
    html += fmt::format("<p class=\"note\">The {} of {} classes with most mistakes.</p>",
                        labels.size(), all);
  }
  return section("Answers by class",
                 "A row is what the questions are, a column what was answered. ✗ marks mistakes.",
                 html);
}

std::string mistakes_section(const Bundle& bundle, const AnswerLog& answers) {
  const auto all = answers.mistakes();
  PictureBudget budget(kMistakeBytes);
  std::string html;
  std::int64_t left = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i < kPairsShown) html += mistake_html(bundle, all[i], budget);
    if (i >= kPairsShown) left += all[i].times;
  }
  if (html.empty()) return "";
  html = "<div class=\"mistakes\">" + html + "</div>";
  if (left > 0) {
    html += fmt::format("<p class=\"note\">{} of {} more pairs of classes are left out.</p>",
                        counted(left, "mistake", "mistakes"),
                        with_commas(std::ssize(all) - static_cast<std::int64_t>(kPairsShown)));
  }
  return section("Who was mistaken for whom",
                 "Truth → answer, the most frequent first; of each the surest mistakes, with the "
                 "probability of the wrong answer.",
                 html);
}

std::string unsure_section(const Bundle& bundle, const AnswerLog& answers) {
  const auto& all = answers.unsure();
  if (all.empty()) return "";
  PictureBudget budget(kUnsureBytes);
  std::vector<std::vector<std::string>> rows{{"", "input", "likeliest", "truth"}};
  for (const auto& answer : all) {
    rows.push_back({budget.spend(answer.picture), short_path(answer.input),
                    likeliest_html(bundle, answer), truth_html(bundle, answer)});
  }
  auto html = "<div class=\"asked\">" + html_table(rows, false) + "</div>";
  if (const auto left = answers.asked() - std::ssize(all); left > 0) {
    html += fmt::format("<p class=\"note\">{} of which it was surer {} left out.</p>",
                        counted(left, "question", "questions"), left == 1 ? "is" : "are");
  }
  return section(
      "Questions, the unsure ones first",
      "By the probability of the answer, the least first: look at these before you trust "
      "the others.",
      html);
}

std::string unread_section(const AnswerLog& answers) {
  if (answers.unread().empty()) return "";
  constexpr std::size_t kErrorLength = 300;
  std::vector<std::vector<std::string>> rows{{"input", "reason"}};
  for (const auto& one : answers.unread()) {
    rows.push_back({short_path(one.input), short_name(one.error, kErrorLength)});
  }
  auto html = html_table(rows, false);
  if (const auto left = answers.unread_inputs() - std::ssize(answers.unread()); left > 0) {
    html += fmt::format("<p class=\"note\">and {} more</p>", with_commas(left));
  }
  return section("Could not be read", "These inputs have no answer.", html);
}

}  // namespace anole
