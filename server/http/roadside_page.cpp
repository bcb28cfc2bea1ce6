#include "server/http/roadside_page.hpp"

#include "server/http/plain_page.hpp"
#include "server/http/roadside_parts.hpp"

#include <algorithm>

#include "print/words.hpp"

namespace liuhen::server::http {
namespace {

using manifest::Manifest;
using manifest::State;
using print::local_time;

// Nothing is wider than the screen: long words break, names stand above their values.
constexpr std::string_view style = R"css(
* { box-sizing: border-box; }
body { font: 17px/1.45 sans-serif; margin: 0 auto; max-width: 40rem; padding: 12px; color: #111;
  background: #fff; overflow-wrap: anywhere; }
h1 { font-size: 20px; margin: 0; }
h2 { font-size: 18px; border-top: 2px solid #111; margin: 20px 0 8px; padding-top: 8px; }
small { color: #555; font-size: 13px; }
.no { font-size: 26px; font-weight: bold; margin: 4px 0; }
.say { border-radius: 8px; margin: 8px 0; padding: 10px 12px; }
.say small { color: inherit; display: block; }
.good { background: #0b6b2f; color: #fff; }
.mind { background: #ffd24d; color: #111; }
.stop { background: #b00020; color: #fff; }
dl { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); gap: 4px 10px;
  margin: 0 0 12px; }
dt, dd { margin: 0; }
dl + dl { border-top: 1px solid #bbb; padding-top: 10px; }
table { border-collapse: collapse; table-layout: fixed; width: 100%; font-size: 15px; }
th, td { border-top: 1px solid #bbb; padding: 4px 6px 4px 0; text-align: left;
  vertical-align: top; }
.signed th:first-child { width: 30%; }
.signed th:last-child { width: 15%; }
summary, .copy { min-height: 48px; padding: 12px 0; }
.copy { background: #0a4a8f; border-radius: 8px; color: #fff; display: block; margin: 16px 0;
  text-align: center; text-decoration: none; }
.copy small { color: #fff; }
code { font-size: 13px; }
)css";

struct Say {
    std::string_view tone, zh, en;
};

std::string said(const Say& say) {
    return "<p class=\"say " + std::string{say.tone} + "\">" + std::string{say.zh} + "<small>" +
           std::string{say.en} + "</small></p>";
}

constexpr Say not_loaded{"mind", "尚未装车签字，不得凭此上路",
                         "Not signed as loaded: it covers no load on the road yet"};
constexpr Say on_the_road{"good", "装运已签字，可凭此运输",
                          "Signed as loaded: it covers this load"};
constexpr Say delivered{"mind", "车辆已到达，本次运输已结束",
                        "The load has arrived: this trip is over"};
constexpr Say over{"stop", "联单已结束，不得再凭此运输", "It has ended and covers no transport"};

const Say& standing(State state) {
    switch (state) {
        case State::draft:
        case State::submitted:
        case State::carrier_assigned:
            return not_loaded;
        case State::loaded:
        case State::in_transit:
        case State::handover_pending:
        case State::returning:
            return on_the_road;
        case State::arrived:
        case State::discrepancy:
        case State::accepted:
        case State::partially_accepted:
        case State::rejected:
        case State::backfill_pending:
        case State::count_:
            return delivered;
        case State::returned:
        case State::redirected:
        case State::completed:
        case State::voided:
        case State::closed_by_authority:
            return over;
    }
    return over;
}

constexpr Say held{"stop", "主管部门已冻结本联单", "Held by an authority"};
constexpr Say is_void{"stop", "本联单已作废", "Declared void"};
constexpr Say late{"mind", "已超过计划到达时间", "Past its planned arrival"};

std::string paper_said(const RoadsideView& view) {
    const auto paper = std::to_string(view.paper_version);
    const auto newest = std::to_string(view.manifest.version);
    const bool is_newest = view.paper_version == view.manifest.version;
    const std::string zh =
        is_newest ? "纸质联单为最新版本：第 " + paper + " 版"
                  : "纸质联单不是最新版本：纸上第 " + paper + " 版，现为第 " + newest + " 版";
    const std::string en = is_newest
                               ? "The print is of the newest version, " + paper
                               : "The print is of version " + paper + ", the newest is " + newest;
    return said({is_newest ? "good" : "mind", zh, en});
}

std::string banners(const RoadsideView& view) {
    const Manifest& m = view.manifest;
    std::string all;
    if (m.overlays.held || m.hold) all += said(held);
    if (m.state == State::voided) all += said(is_void);
    const Say& stands = standing(m.state);
    all += said(stands);
    if (&stands == &on_the_road && m.planned_arrive_at && view.now > *m.planned_arrive_at)
        all += said(late);
    return all + paper_said(view);
}

std::string document(std::string_view title, std::string_view refresh, const std::string& body) {
    std::string page =
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        "<meta name=\"robots\" content=\"noindex\">";
    page += refresh;
    page += "<title>" + escaped(title) + "</title><style>";
    page += style;
    return page + "</style></head><body>" + body + "</body></html>\n";
}

// The page asks for itself again at its end, and what it is told then is that it has ended.
std::string refresh_at(const RoadsideView& view) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(view.until - view.now).count();
    return "<meta http-equiv=\"refresh\" content=\"" + std::to_string(std::max<long>(1, left + 1)) +
           "\">";
}

std::string foot(const RoadsideView& view) {
    return "<a class=\"copy\" href=\"" + escaped(view.copy) + "\">" +
           bilingual("打开联单 PDF", "The manifest as PDF") + "</a><p>" +
           bilingual("本页有效至 " + local_time(view.until),
                     "Until then this page can be read; each opening is logged and shown to the "
                     "parties and authorities") +
           "</p><p>" + bilingual("本版存证 SHA-256", "as on the print, behind the code's #") +
           "<br><code>" + escaped(view.sha256) + "</code></p>";
}

Reply dressed(unsigned status, std::string page) {
    static const std::string policy = policy_of_style(style);
    Reply reply;
    reply.status = status;
    reply.content_type = "text/html; charset=utf-8";
    reply.headers = {{"Content-Security-Policy", policy},
                     {"Cache-Control", "no-store"},
                     {"Referrer-Policy", "no-referrer"},
                     {"X-Robots-Tag", "noindex, nofollow"},
                     {"Cross-Origin-Resource-Policy", "same-origin"}};
    reply.body = std::move(page);
    return reply;
}

}  // namespace

std::string roadside_page(const RoadsideView& view) {
    const Manifest& m = view.manifest;
    const std::string title{print::manifest_title(m.kind)};
    std::string body = "<h1>" + title + " <small>Waste transfer manifest</small></h1>";
    body += "<p class=\"no\">" + shown(m.no) + "</p><p>" +
            bilingual(print::chinese(m.state), code(m.state)) + "　" +
            bilingual("第 " + std::to_string(m.version) + " 版",
                      "version " + std::to_string(m.version)) +
            "　" + local_time(view.recorded_at) + "</p>";
    body += banners(view) + vehicle_part(view) + wastes_part(view) + parties_part(view) +
            journey_part(view) + containers_part(view) + signatures_part(view) + foot(view);
    return document(title + " " + m.no, refresh_at(view), body);
}

Reply roadside_dead() {
    static const std::string page = document(
        "查验链接无效", "",
        "<h1>" + bilingual("链接无效或已失效", "This link opens nothing, or no longer") +
            "</h1><p>查验页面只保留 30 分钟。请重新扫描纸质联单上的二维码；仍无法打开的，"
            "请要求当事人重新打印联单，或凭联单编号向主管部门核实。</p><p>What a code opened is "
            "shown for 30 minutes. Scan the code on the print again. If it opens nothing, ask for "
            "a new print, or ask the authority about the number.</p>");
    return dressed(404, page);
}

Reply roadside_busy(std::chrono::seconds wait) {
    static const std::string page = document(
        "请稍候", "",
        "<h1>" + bilingual("查验过于频繁，请稍候再试", "Too often; try again later") + "</h1>");
    Reply reply = dressed(429, page);
    reply.headers.emplace_back("Retry-After", std::to_string(std::max<long>(1, wait.count())));
    return reply;
}

Reply roadside_reply(std::string page) { return dressed(200, std::move(page)); }

}  // namespace liuhen::server::http
