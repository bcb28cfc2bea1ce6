// Texts of which nothing, or not everything, can be seen: the same rule in every form.
#include "tests/support/trade.hpp"

#include <catch2/catch.hpp>

#include <functional>

namespace {

using namespace liuhen;
using namespace liuhen::test;
using nlohmann::json;

using Codes = std::vector<std::string>;

const std::string blank =
    "\u3000 \u2003\u00a0";  // an ideographic, a plain, a wide and a hard space

/// A form with one text in it that the caller chooses.
struct Form {
    const char* role;
    std::string path;
    std::function<json(const std::string&)> with;
    const char* pointer;  ///< of that text
};

std::vector<Form> forms_of(const Trade& trade) {
    const std::string about = "/v1/manifests/" + trade.id + "/";
    const auto filed_with = [&trade](const char* list, const char* field) {
        return [&trade, list, field](const std::string& text) {
            json form = trade.filing();
            if (form.value(list, json::array()).empty()) form[list] = {{{"line_no", 1}}};
            form[list][0][field] = text;
            return form;
        };
    };
    return {
        {"operator", "/v1/parties",
         [](const std::string& text) {
             return json{{"name", text}, {"roles", {"carrier"}}};
         },
         "/name"},
        {"operator", "/v1/members",
         [&trade](const std::string& text) {
             return json{{"login", "lin.mei"},
                         {"name", text},
                         {"rank", "member"},
                         {"party", trade.party.at("carrier")}};
         },
         "/name"},
        {"producer", "/v1/manifests", filed_with("lines", "waste_name"), "/lines/0/waste_name"},
        {"producer", "/v1/manifests", filed_with("containers", "code"), "/containers/0/code"},
        {"producer", "/v1/manifests", filed_with("containers", "tag_id"), "/containers/0/tag_id"},
        {"carrier", about + "carrier_accept",
         [&trade](const std::string& text) {
             json body = trade.acceptance();
             body["driver"] = text;
             return body;
         },
         "/driver"},
        {"driver", about + "notices",
         [](const std::string& text) {
             return json{{"kind", "rest"}, {"text", text}};
         },
         "/text"},
    };
}

Codes faults(const Trade& trade, const Form& form, const std::string& text) {
    const auto reply = trade.as(form.role).post(form.path, form.with(text));
    INFO(form.path << ": " << reply.body);
    REQUIRE(reply.status == 422);
    return faults_of(reply);
}

TEST_CASE("a text of spaces alone is refused as an empty one is, in every form") {
    Trade trade;
    trade.file(trade.filing());
    for (const Form& form : forms_of(trade)) {
        INFO(form.path << ' ' << form.pointer);
        const auto fault = Codes{"TOO_SHORT " + std::string{form.pointer}};
        const auto found = faults(trade, form, blank);
        CHECK(std::ranges::count(found, fault[0]) == 1);
        CHECK(found == faults(trade, form, ""));
    }
}

TEST_CASE("characters that show nothing or turn the direction are refused in every form") {
    Trade trade;
    trade.file(trade.filing());
    for (const Form& form : forms_of(trade)) {
        INFO(form.path << ' ' << form.pointer);
        const auto found = faults(trade, form, "Lin\u202eMei");
        CHECK(std::ranges::count(found, "INVISIBLE_CHARACTER " + std::string{form.pointer}) == 1);
    }
    json named = trade.acceptance();
    named["driver"] = "Zhao\u200b Lei";
    const auto reply = trade.act("carrier", trade.id, "carrier_accept", named).json();
    CHECK(reply["errors"][0]["value"] == "U+200B");
    CHECK_FALSE(reply["errors"][0]["message_zh"].get<std::string>().empty());
}

TEST_CASE("a reason of spaces alone is a missing reason, and a waybill number a missing one") {
    Trade trade;
    trade.file(trade.filing());
    auto body = trade.acceptance();
    body["waybill_no"] = blank;
    CHECK(trade.refused("carrier", "carrier_accept", body).contains("WAYBILL_MISSING"));
    const auto without = trade.refused("carrier", "carrier_refuse", because(""));
    CHECK_FALSE(without.empty());
    CHECK(trade.refused("carrier", "carrier_refuse", because(blank)) == without);
}

TEST_CASE("a note keeps its lines and what its script is written with") {
    Trade trade;
    trade.file(trade.filing());
    const std::string note = "\u0646\u06cc\u200c\u062e\u0648\n\u270b\ufe0f two drums";
    const auto kept = trade.as("driver").post("/v1/manifests/" + trade.id + "/notices",
                                              {{"kind", "rest"}, {"text", note}});
    REQUIRE(kept.status == 201);
    CHECK(kept.json()["text"] == note);
}

TEST_CASE("a name is not corrected into one with hidden characters") {
    Trade trade;
    trade.file(trade.filing());
    trade.step("carrier", "carrier_accept", trade.acceptance());
    trade.load();
    const auto reply = trade.act(
        "carrier", trade.id, "request_revision",
        {{"reason", "the driver's name is misspelt"},
         {"changes", {{{"pointer", "/legs/0/driver/name"}, {"value", "Zhao\u200d Lei"}}}}});
    CHECK(reply.status == 422);
    CHECK(faults_of(reply) == Codes{"INVISIBLE_CHARACTER /changes/0/value"});
}

}  // namespace
