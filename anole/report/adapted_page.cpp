#include "anole/report/adapted_page.h"

#include <fmt/format.h>

#include "anole/core/text.h"
#include "anole/html/page_style.h"
#include "anole/html/text.h"
#include "anole/report/adapted_sections.h"
#include "anole/version.h"

namespace anole {
namespace {

// What this page has beside the style of all.
constexpr const char* kStyle = R"css(
.asked td{vertical-align:middle}.asked td:first-child{width:58px}
.asked .wrong,.confusion .wrong{color:var(--bad);font-weight:600}
.confusion .right{color:var(--good)}.confusion td:first-child{white-space:nowrap}
.none{border:1px solid var(--c1);border-radius:4px;padding:0 5px;font-size:12px;white-space:nowrap}
.mistakes{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(300px,100%),1fr));
gap:16px 24px}.mistakes figure{width:84px;text-align:center}
.mistakes figcaption{font-size:11.5px;overflow-wrap:anywhere;line-height:1.3;margin:2px 0 0}
.row{display:flex;flex-wrap:wrap;gap:8px}
)css";

}  // namespace

std::string adapted_page(const AdaptedPage& page, const Bundle& bundle, const AnswerLog& answers) {
  const auto body = adapted_header(page, bundle) + answer_cards(page, answers) +
                    examples_section(bundle) + confusion_section(bundle, answers) +
                    mistakes_section(bundle, answers) + unsure_section(bundle, answers) +
                    unread_section(answers);
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
      "<link rel=\"icon\" href=\"data:,\"><title>{} – Anole</title><style>{}{}</style></head>\n"
      "<body><main>\n{}<footer>Written by anole {}.</footer></main></body></html>\n",
      short_name(page.name), kPageStyle, kStyle, body, kVersion);
}

}  // namespace anole
