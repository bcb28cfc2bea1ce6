// What somebody without an account sees of a manifest, by the code of a print.
#include "tests/support/pdf.hpp"
#include "tests/support/roadside.hpp"

#include <algorithm>
#include <regex>

namespace {

using namespace liuhen;
using namespace liuhen::test;

Valley& valley() {
    static Valley one;
    return one;
}
Web stranger() { return valley().house.web(); }

std::string codes_of(const std::string& id) { return "/v1/manifests/" + id + "/roadside-code"; }
std::string log_of(const std::string& id) { return "/v1/manifests/" + id + "/roadside-openings"; }

std::string fresh() { return submitted(valley(), valley().filing())["id"]; }

bool says(const std::string& page, const std::string& text) {
    return page.find(text) != std::string::npos;
}

TEST_CASE("the code of a print opens a page that shows the load to whoever holds the paper") {
    truck_ready(valley());
    const std::string id = arrived(valley());
    const std::string page = opened(valley(), printed_link(valley(), id));
    const auto got = stranger().get(page);
    REQUIRE(got.status == 200);
    CHECK(got.header("content-type") == "text/html; charset=utf-8");
    const auto manifest = valley().as("producer").get("/v1/manifests/" + id).json();
    for (const std::string& text :
         {manifest["no"].get<std::string>(), std::string{"危险废物转移联单"},
          std::string{"已到达 <small>ARRIVED</small>"}, std::string{"Qingtan Plating"},
          std::string{"Fuchun Haulage"}, std::string{"Longshan Treatment"}, std::string{"浙K12345"},
          std::string{"W**"}, std::string{"spent plating bath"}, std::string{"336-054-17"},
          std::string{"keep from acids"}, std::string{"8000 kg"}, std::string{"valley road"},
          std::string{"装车签字 load_sign"}, std::string{"WB-2026-0001"},
          std::string{"车辆已到达，本次运输已结束"}}) {
        INFO(text);
        CHECK(says(got.body, text));
    }
    CHECK_FALSE(says(got.body, "Wang Jun"));
}

TEST_CASE("a page at the roadside runs nothing, asks nobody, and is kept by no browser") {
    const auto got = stranger().get(opened(valley(), printed_link(valley(), fresh())));
    for (const char* element : {"<script", "<img", "<link", "<iframe", "<form", "src=", "url(",
                                "http://", "https://", "@import", "javascript:", " on"}) {
        INFO(element);
        const bool is_prose = std::string{element} == " on";
        const bool found = is_prose ? std::regex_search(got.body, std::regex{"<[^>]* on[a-z]+="})
                                    : says(got.body, element);
        CHECK_FALSE(found);
    }
    CHECK(got.header("content-security-policy").starts_with("default-src 'none'; style-src"));
    CHECK(got.header("cache-control") == "no-store");
    CHECK(got.header("referrer-policy") == "no-referrer");
    CHECK(got.header("x-robots-tag") == "noindex, nofollow");
    CHECK(got.header("x-content-type-options") == "nosniff");
    CHECK_FALSE(got.headers.contains("set-cookie"));
}

TEST_CASE("the page says whether the print in hand is the newest version") {
    const std::string id = fresh();
    const std::string old = printed_link(valley(), id);
    CHECK(says(stranger().get(opened(valley(), old)).body, "纸质联单为最新版本：第 2 版"));
    step(valley(), "carrier", id, "carrier_accept", valley().acceptance());
    const auto later = stranger().get(opened(valley(), old)).body;
    CHECK(says(later, "纸质联单不是最新版本：纸上第 2 版，现为第 3 版"));
    CHECK(says(later, "已派车"));
    const std::string reprinted = printed_link(valley(), id);
    CHECK(reprinted != old);
    CHECK(says(stranger().get(opened(valley(), reprinted)).body, "最新版本：第 3 版"));
}

TEST_CASE("a draft opens nothing at the roadside, and a manifest only until a week after its end") {
    const std::string draft = valley().draft();
    const auto refused = valley().as("producer").get(codes_of(draft));
    CHECK(refused.status == 409);
    CHECK(refused.json()["code"] == "NO_ROADSIDE_CODE");
    CHECK(says(printed_url(valley(), draft), "/v1/manifests/" + draft + "/versions/1#"));

    const std::string id = fresh();
    const std::string link = printed_link(valley(), id);
    step(valley(), "producer", id, "void",
         {{"reason", {{"code", "OTHER"}, {"text", "the bath is not spent yet"}}}});
    const auto voided = stranger().get(opened(valley(), link)).body;
    CHECK(says(voided, "本联单已作废"));
    CHECK(says(voided, "不得再凭此运输"));
    const auto ended = to_iso(valley().house.now() - std::chrono::hours{24 * 7 + 1});
    valley().database.sql("UPDATE manifests SET document = document || '{\"closed_at\": \"" +
                          ended + "\"}' WHERE id = '" + id + "'");
    CHECK(stranger().get(link).status == 404);
    CHECK(valley().as("producer").get(codes_of(id)).status == 409);
    CHECK(says(printed_url(valley(), id), "/versions/"));
}

TEST_CASE("whoever sees a manifest shows its newest version on a screen, by the print's own code") {
    const std::string id = fresh();
    const std::string printed = printed_url(valley(), id);
    for (const char* role : {"producer", "carrier", "driver", "receiver", "police", "operator"}) {
        INFO(role);
        const auto got = valley().as(role).get(codes_of(id));
        REQUIRE(got.status == 200);
        const auto said = got.json();
        CHECK(printed.starts_with(said["url"].get<std::string>() + "#no="));
        CHECK(said["version"] == 2);
        CHECK(said["page_lives_s"] == 1800);
        const auto lives = *parse_iso(said["expires_at"].get<std::string>()) - valley().house.now();
        CHECK(lives > std::chrono::days{29});
        CHECK(lives <= std::chrono::days{30});
    }
    CHECK(valley().as("other").get(codes_of(id)).status == 404);
}

TEST_CASE("a code is good for ten days when it is printed, and its issues are counted") {
    const std::string id = fresh();
    const std::string first = printed_link(valley(), id);
    CHECK(printed_link(valley(), id) == first);
    valley().database.sql(
        "UPDATE roadside_codes SET issued_at = issued_at - interval '21 days',"
        " expires_at = expires_at - interval '21 days' WHERE manifest_id = '" +
        id + "'");
    const std::string second = printed_link(valley(), id);
    CHECK(second != first);
    opened(valley(), first);  // nine days are left of it
    opened(valley(), second);
    const auto log = valley().as("producer").get(log_of(id)).json();
    CHECK(log["items"][0]["issue"] == 1);
    CHECK(log["items"][1]["issue"] == 2);
}

TEST_CASE("the copy of an opened page is a PDF whose own code opens nothing without a token") {
    const std::string id = fresh();
    const std::string page = opened(valley(), printed_link(valley(), id));
    const auto got = stranger().get(page + "/print");
    REQUIRE(got.status == 200);
    CHECK(got.header("content-type") == "application/pdf");
    CHECK(got.header("cache-control") == "no-store");
    const Pdf pdf{got.body};
    CHECK(says(pdf.text(), "移出信息"));
    CHECK(says(pdf.codes(), "http://localhost/v1/manifests/" + id + "/versions/2#no="));
    const auto log = valley().as("producer").get(log_of(id)).json();
    CHECK(log["items"][1]["outcome"] == "PRINTED");
}

TEST_CASE("two thousand containers and their last readings are one page of bounded size") {
    Json filing = valley().filing();
    filing["containers"] = Json::array();
    for (int i = 0; i < 2'000; ++i)
        filing["containers"].push_back({{"code", "D" + std::to_string(i)}, {"line_no", 1}});
    filing["lines"][0]["container_count"] = 2'000;
    const auto made = valley().as("producer").post("/v1/manifests", filing);
    REQUIRE(made.status == 201);
    const std::string id = made.json()["id"];
    step(valley(), "producer", id, "submit");
    step(valley(), "carrier", id, "carrier_accept", valley().acceptance());
    const auto scanned =
        valley()
            .as("producer")
            .post("/v1/manifests/" + id + "/scans",
                  {{"scans", {{{"tag", "D7"}, {"purpose", "LOAD"}, {"device", "gate"}}}}});
    REQUIRE(scanned.status == 201);
    const auto got = stranger().get(opened(valley(), printed_link(valley(), id)));
    REQUIRE(got.status == 200);
    CHECK(got.body.size() < 400'000);
    CHECK(says(got.body, "<tr><td>D7</td><td>装车 LOAD 20"));
    CHECK(says(got.body, "<tr><td>D8</td><td>未扫描 not scanned</td></tr>"));
    CHECK(says(got.body, "<tr><td>D1999</td>"));
}

}  // namespace
