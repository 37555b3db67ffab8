#include "anole/report/comparisons.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace anole {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const Comparison kPeers{.dataset = "my <data>",
                        .part = "test",
                        .tasks = 300,
                        .seed = 4,
                        .tuned_on = "validation classes",
                        .ours = {{"support", {90, 1}}},
                        .seconds = 2,
                        .peers = {{"k-nearest neighbours", "k 3", {80, 2}, {10, 1.5}, 0.5}}};

TEST(ExpectationsSection, ShowsEachPlaceBesideItsPeersAndTheVerdict) {
  const Expectations all{.classes = 15,
                         .tasks = 100,
                         .places = {{.shape = {.ways = 5, .shots = 3},
                                     .accuracy = {91.25, 3.5},
                                     .peers = {{"nearest class mean", {60, 4}, {31.25, 5}}}}}};
  const auto html = expectations_section(all);
  EXPECT_THAT(html, HasSubstr("5 classes, 3 examples of each"));
  EXPECT_THAT(html, HasSubstr("<b>91.2 ± 3.5</b>"));
  EXPECT_THAT(html, HasSubstr("60.0 ± 4.0"));
  EXPECT_THAT(html, HasSubstr("+31.2 ± 5.0"));
  EXPECT_THAT(html, HasSubstr("Meta-training pays"));
  EXPECT_EQ(expectations_section({}), "");
}

TEST(PeersSection, ShowsOursThePeersAndHowTheyWereTuned) {
  const auto html = peers_section(kPeers);
  EXPECT_THAT(html, HasSubstr("this run, norm support"));
  EXPECT_THAT(html, HasSubstr("k-nearest neighbours (k 3)"));
  EXPECT_THAT(html, HasSubstr("+10.00 ± 1.50"));
  EXPECT_THAT(html, HasSubstr("on tasks of validation classes"));
  EXPECT_THAT(html, HasSubstr("my &lt;data&gt;"));
}

TEST(WithPeers, TakesThePlaceOfAnEarlierOne) {
  const auto page = "<main>" + peers_place("<section>old</section>") + "<footer></footer></main>";
  const auto after = with_peers(page, "<section>new</section>");
  EXPECT_THAT(after, HasSubstr("<section>new</section>"));
  EXPECT_THAT(after, Not(HasSubstr("old")));
  EXPECT_EQ(with_peers(after, "<section>old</section>"), page);
}

TEST(WithPeers, GoesBeforeTheFooterOfAnOlderPage) {
  EXPECT_EQ(with_peers("<main><footer></footer></main>", "x"),
            "<main><!-- peers -->x<!-- end of peers -->\n<footer></footer></main>");
  EXPECT_EQ(with_peers("no page", "x"), "no page");
}

}  // namespace
}  // namespace anole
