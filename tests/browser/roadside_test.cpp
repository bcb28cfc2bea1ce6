// The officer's page on a telephone: a real browser, a screen of its width.
#include "tests/support/roadside.hpp"

#include "server/base64.hpp"
#include "tests/support/browser.hpp"
#include "tests/support/shared.hpp"

#include <fstream>

namespace {

using namespace liuhen;
using namespace liuhen::test;

// A browser, or a case that is not carried out.
#define NEEDS_CHROMIUM                     \
    if (chromium_program().empty()) {      \
        skip("Chromium is not installed"); \
        return;                            \
    }

Valley& valley() {
    static Valley one;
    return one;
}
std::string origin() { return "http://127.0.0.1:" + std::to_string(valley().house.web().port); }
Json log_of(const std::string& id) {
    return valley().as("producer").get("/v1/manifests/" + id + "/roadside-openings").json();
}

// A filing whose texts are as long as they may be, without a place to break them.
Json widest() {
    Json filing = valley().filing();
    auto& line = filing["lines"][0];
    line["name"] = std::string(100, 'W');
    line["taboos"] = std::string(400, 'M');
    filing["containers"] = Json::array();
    for (char c = 'A'; c < 'E'; ++c)
        filing["containers"].push_back(
            {{"code", std::string(64, c)}, {"tag_id", std::string(120, c)}, {"line_no", 1}});
    line["container_count"] = 4;
    return filing;
}
// On the road, with every part of the page filled.
std::string under_way() {
    truck_ready(valley());
    const std::string id = submitted(valley(), valley().filing())["id"];
    step(valley(), "carrier", id, "carrier_accept", valley().acceptance());
    step(valley(), "producer", id, "load_sign", {{"gross_kg", 20000}, {"tare_kg", 12000}});
    step(valley(), "driver", id, "load_sign");
    step(valley(), "driver", id, "depart");
    return id;
}

// Elements that reach beyond the screen, by what they say.
const char* const too_wide = R"js(
[...document.querySelectorAll('body *')]
    .filter((e) => e.getBoundingClientRect().right > screen.width + 0.5 ||
        e.scrollWidth > screen.width)
    .map((e) => e.tagName + ' ' + e.textContent.slice(0, 40)).join('\n')
)js";

TEST_CASE("on a telephone nothing of the page is wider than its screen") {
    NEEDS_CHROMIUM
    const std::string id = submitted(valley(), widest())["id"];
    const std::string link = printed_link(valley(), id);
    for (const auto& [width, height] : {std::pair{390, 844}, std::pair{320, 568}}) {
        INFO(width);
        Telephone telephone{width, height};
        telephone.open(origin() + link);
        CHECK(telephone.value_of("screen.width") == width);
        CHECK(telephone.value_of("innerWidth") == width);
        CHECK(telephone.value_of("document.documentElement.scrollWidth") == width);
        CHECK(telephone.value_of(too_wide) == "");
        CHECK(telephone.value_of("document.querySelectorAll('tr').length").get<int>() >= 5);
        telephone.value_of("document.querySelector('h1').style.width = '500px'");
        CHECK(telephone.value_of(too_wide) != "");  // it is seen when something is
    }
}

TEST_CASE("the page is read as it was drawn up, and asks for nothing but itself") {
    NEEDS_CHROMIUM
    const std::string id = under_way();
    Telephone telephone;
    telephone.open(origin() + printed_link(valley(), id));
    const std::string text = telephone.value_of("document.body.innerText");
    for (const char* part : {"危险废物转移联单", "装运已签字，可凭此运输", "浙K12345", "W**",
                             "spent plating bath", "8000 kg", "纸质联单为最新版本"}) {
        INFO(part);
        CHECK(text.find(part) != std::string::npos);
    }
    // Its own style stands under its own policy.
    CHECK(telephone.value_of("getComputedStyle(document.querySelector('.good')).backgroundColor") ==
          "rgb(11, 107, 47)");
    CHECK(telephone.value_of("document.querySelector('.copy').offsetHeight").get<int>() >= 48);
    CHECK(telephone.value_of("parseFloat(getComputedStyle(document.body).fontSize)").get<int>() >=
          16);
    CHECK(telephone.value_of("document.referrer") == "");
    CHECK(telephone.value_of("document.scripts.length") == 0);
    for (const auto& address : telephone.asked_for()) {
        INFO(address);
        CHECK(address.starts_with(origin() + "/"));
    }
    CHECK(telephone.cookies() == 0);
    const auto beside_icon = [](const std::string& said) {
        return said.find("favicon.ico") == std::string::npos;
    };
    CHECK(std::ranges::count_if(telephone.complaints(), beside_icon) == 0);
    std::ofstream{LIUHEN_BINARY_DIR "/reports/roadside.png", std::ios::binary}
        << server::from_base64(telephone.picture()).value();
}

TEST_CASE("a scan leads to an address of its own, and is in the log with the browser's name") {
    NEEDS_CHROMIUM
    const std::string id = under_way();
    const std::string link = printed_link(valley(), id);
    Telephone telephone;
    telephone.open(origin() + link);
    const std::string shown = telephone.value_of("location.href");
    CHECK(shown.starts_with(origin() + "/r/page/"));
    CHECK(shown.find(link.substr(3)) == std::string::npos);
    const auto items = log_of(id)["items"];
    REQUIRE(items.size() == 1);
    CHECK(items[0]["agent"].get<std::string>().find("Chrom") != std::string::npos);
    // The button at its foot leads to the manifest on paper.
    const std::string copy = telephone.value_of("document.querySelector('.copy').href");
    CHECK(copy == shown.substr(0, shown.find('#')) + "/print");
    CHECK(valley().house.web().get(copy.substr(origin().size())).status == 200);
}

TEST_CASE("a page that is left open is gone from the screen when its time is over") {
    NEEDS_CHROMIUM
    const std::string id = under_way();
    const std::string page = opened(valley(), printed_link(valley(), id));
    valley().database.sql(
        "UPDATE roadside_openings SET until = now() + interval '4 seconds'"
        " WHERE manifest_id = '" +
        id + "'");
    Telephone telephone;
    telephone.open(origin() + page);
    const std::string before = telephone.value_of("document.body.innerText");
    CHECK(before.find("浙K12345") != std::string::npos);
    telephone.await_another_load();
    const std::string after = telephone.value_of("document.body.innerText");
    CHECK(after.find("链接无效或已失效") != std::string::npos);
    CHECK(after.find("浙K12345") == std::string::npos);
}

TEST_CASE("names that are programs run in no browser") {
    NEEDS_CHROMIUM
    Json filing = valley().filing();
    filing["lines"][0]["name"] = "<script>window.evil=1</script><img src=x onerror='evil=1'>";
    filing["lines"][0]["taboos"] = "\"><svg onload=alert(1)><a href=javascript:alert(2)>";
    const std::string id = submitted(valley(), filing)["id"];
    Telephone telephone;
    telephone.open(origin() + printed_link(valley(), id));
    CHECK(telephone.value_of("typeof evil") == "undefined");
    CHECK(telephone.value_of("document.querySelectorAll('script, img, svg').length") == 0);
    CHECK(telephone.value_of("document.links.length") == 1);
    const std::string text = telephone.value_of("document.body.innerText");
    CHECK(text.find("<script>window.evil=1</script>") != std::string::npos);
}

}  // namespace
