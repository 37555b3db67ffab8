#include "anole/report/comparisons.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "anole/core/text.h"
#include "anole/html/text.h"
#include "anole/report/charts.h"

namespace anole {
namespace {

constexpr std::string_view kBegin = "<!-- peers -->", kEnd = "<!-- end of peers -->";

std::string estimate(const Estimate& value) {
  return fmt::format("{:.1f} ± {:.1f}", value.mean, std::min(value.ci95, 100.0));
}

std::string difference(const Estimate& value) {
  return fmt::format("{:+.1f} ± {:.1f}", value.mean, std::min(value.ci95, 100.0));
}

std::vector<std::string> place_row(const Expectation& place) {
  std::vector<std::string> row{
      fmt::format("{} classes, {} {} of each", place.shape.ways, place.shape.shots,
                  place.shape.shots == 1 ? "example" : "examples"),
      "<b>" + estimate(place.accuracy) + "</b>"};
  for (const auto& peer : place.peers) row.push_back(estimate(peer.accuracy));
  const auto* best = best_peer(place);
  row.push_back(best == nullptr ? "–" : difference(best->difference));
  return row;
}

std::vector<std::string> peer_row(const ComparedPeer& peer) {
  const auto name = peer.settings.empty() ? peer.name : peer.name + " (" + peer.settings + ")";
  return {escape_html(name), fmt::format("{:.2f} ± {:.2f}", peer.accuracy.mean, peer.accuracy.ci95),
          fmt::format("{:+.2f} ± {:.2f}", peer.difference.mean, peer.difference.ci95),
          seconds_text(peer.seconds)};
}

std::string peers_lead(const Comparison& all) {
  const auto tuned =
      all.tuned_on.empty()
          ? std::string("Peers are not tuned: there are no other classes.")
          : fmt::format("What peers can choose was chosen on tasks of {}.", all.tuned_on);
  return fmt::format(
      "{} tasks of {} {} classes of {}, {}, {} query rows a class, seed {}; ± over tasks. Peers "
      "see "
      "raw rows, and each query row alone. {}",
      with_commas(all.tasks), all.shape.ways, all.part, all.dataset,
      all.shape.shots == 1 ? "1 shot" : fmt::format("{} shots", all.shape.shots), all.shape.queries,
      all.seed, tuned);
}

}  // namespace

std::string expectations_section(const Expectations& all) {
  if (all.places.empty()) return "";
  std::vector<std::vector<std::string>> rows{{"", "accuracy, %"}};
  for (const auto& peer : all.places[0].peers) rows[0].push_back(escape_html(peer.name));
  rows[0].push_back("over the better");
  for (const auto& place : all.places) rows.push_back(place_row(place));
  const auto lead = fmt::format(
      "With so many examples of each of so many classes, found on {} {} classes, {} tasks each, "
      "norm {}; ± is the 95 % interval by resampling classes (seed {}). {}",
      all.classes, all.part, with_commas(all.tasks), enum_name(all.norm), all.seed,
      verdict_of(all).text);
  return section("What to expect of new classes", lead,
                 "<div class=\"scroll\">" + html_table(rows, true) + "</div>");
}

std::string peers_section(const Comparison& all) {
  std::vector<std::vector<std::string>> rows{{"", "accuracy, %", "ours less it", "time"}};
  for (std::size_t i = 0; i < all.ours.size(); ++i) {
    const auto& ours = all.ours[i];
    rows.push_back({escape_html("this run, norm " + ours.norm),
                    fmt::format("<b>{:.2f} ± {:.2f}</b>", ours.accuracy.mean, ours.accuracy.ci95),
                    "", i == 0 ? seconds_text(all.seconds) : ""});
  }
  for (const auto& peer : all.peers) rows.push_back(peer_row(peer));
  return section("Beside classic classifiers", peers_lead(all),
                 "<div class=\"scroll\">" + html_table(rows, true) + "</div>");
}

std::string peers_place(const std::string& section) {
  return fmt::format("{}{}{}\n", kBegin, section, kEnd);
}

std::string with_peers(std::string page, const std::string& section) {
  const auto begin = page.find(kBegin), end = page.find(kEnd);
  if (begin != page.npos && end != page.npos && begin < end) {
    return page.replace(begin + kBegin.size(), end - begin - kBegin.size(), section);
  }
  const auto footer = page.rfind("<footer>");
  return footer == page.npos ? page : page.insert(footer, peers_place(section));
}

}  // namespace anole
