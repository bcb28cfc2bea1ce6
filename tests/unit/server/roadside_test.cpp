// What is kept of an address and a browser, what a person's name shows, and the parts of the page.
#include "server/roadside.hpp"

#include "server/http/roadside_parts.hpp"
#include "tests/support/full_manifest.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen;
using namespace liuhen::server;
using namespace liuhen::server::http;

TEST_CASE("an address is kept without its end, whatever its kind") {
    CHECK(coarse_network("203.0.113.77") == "203.0.113.0/24");
    CHECK(coarse_network("2001:db8:1:2::/64") == "2001:db8:1::/48");
    CHECK(coarse_network("::1") == "::/48");
    CHECK(coarse_network("").empty());
    CHECK(coarse_network("a phone").empty());
}

TEST_CASE("of a browser plain characters are kept, and no more than 120") {
    CHECK(kept_agent("Mozilla/5.0 (Linux)") == "Mozilla/5.0 (Linux)");
    CHECK(kept_agent("a\r\nb\x7f\xe5") == "a??b??");
    CHECK(kept_agent(std::string(500, 'x')).size() == 120);
}

TEST_CASE("only 43 characters of base64url are looked up") {
    CHECK(is_roadside_form(std::string(43, '_')));
    for (const std::string& no : {std::string(42, 'a'), std::string(44, 'a'), std::string{},
                                  std::string(42, 'a') + "+", std::string(42, 'a') + "="})
        CHECK_FALSE(is_roadside_form(no));
}

TEST_CASE("a person is named by the first character, a number by its last four") {
    CHECK(masked_name("王小军") == "王**");
    CHECK(masked_name("Wang") == "W**");
    CHECK(masked_name("").empty());
    CHECK(masked_number("331125199001011234") == "…1234");
    CHECK(masked_number("1234") == "…");
    CHECK(masked_number("证件一二三四") == "…一二三四");
    CHECK(masked_number("").empty());
}

RoadsideView view_of_all() {
    RoadsideView view;
    view.manifest = test::full_manifest();
    view.paper_version = view.manifest.version;
    view.now = test::at_hour(12);
    view.until = view.now + std::chrono::minutes{30};
    view.copy = "x/print";
    return view;
}

TEST_CASE("whoever stands before the driver recognizes him, a stranger learns no name or number") {
    const auto view = view_of_all();
    const std::string page = roadside_page(view);
    for (const auto& leg : view.manifest.legs) {
        for (const auto* person : {&leg.driver, &leg.escort}) {
            INFO(person->name);
            const bool named = page.find(person->name) != std::string::npos;
            const bool numbered = !person->certificate_no.empty() &&
                                  page.find(person->certificate_no) != std::string::npos;
            CHECK_FALSE(named);
            CHECK_FALSE(numbered);
        }
    }
    for (const auto& party : {view.manifest.producer, view.manifest.receiver}) {
        CHECK(page.find(party.contact) == std::string::npos);
        CHECK(page.find(party.phone) == std::string::npos);
        CHECK(page.find(party.emergency_phone) != std::string::npos);
    }
    for (const auto& one : view.manifest.signatures)
        CHECK(page.find("<td>" + one.user + "</td>") == std::string::npos);
}

TEST_CASE("every state tells at once whether the load may be on the road under it") {
    using manifest::State;
    auto view = view_of_all();
    view.manifest.overlays.held.reset();
    view.manifest.hold.reset();
    for (int i = 0; i < static_cast<int>(State::count_); ++i) {
        view.manifest.state = static_cast<State>(i);
        INFO(code(view.manifest.state));
        const std::string page = roadside_page(view);
        const bool good = page.find("装运已签字，可凭此运输") != std::string::npos;
        CHECK(good ==
              (view.manifest.state == State::loaded || view.manifest.state == State::in_transit ||
               view.manifest.state == State::handover_pending ||
               view.manifest.state == State::returning));
        const bool over = page.find("不得再凭此运输") != std::string::npos;
        CHECK(over == manifest::is_final(view.manifest.state));
    }
    view.manifest.state = State::in_transit;
    view.manifest.planned_arrive_at = view.now - std::chrono::hours{1};
    CHECK(roadside_page(view).find("已超过计划到达时间") != std::string::npos);
    view.manifest.hold = manifest::Hold{};
    CHECK(roadside_page(view).find("主管部门已冻结本联单") != std::string::npos);
}

}  // namespace
