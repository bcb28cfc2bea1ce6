// Quotas on a real database: reserved by submit, corrected by the load, explained by a ledger, and
// never more than there is, however many ask at once.
#include "tests/support/files.hpp"
#include "tests/support/http_house.hpp"
#include "tests/support/quota_ledger.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <future>
#include <thread>

namespace {

using namespace liuhen;
using liuhen::test::check_quota_ledger;
using liuhen::test::naming;
using liuhen::test::Valley;
using nlohmann::json;

long held(const Valley& place, const std::string& register_name) {
    return test::held_quota(place.database, register_name);
}
// Leaves the rows of a register with this limit.
void limit(const Valley& place, const std::string& register_, long grams) {
    place.database.sql("UPDATE quotas SET limit_g = " + std::to_string(grams) + " WHERE " +
                       register_ + "_id IS NOT NULL");
}

// Submits all drafts at once, each by a client of its own; how often each answer came.
std::map<std::string, int> submit_all(const Valley& place, const std::vector<std::string>& drafts,
                                      std::vector<std::string>* numbers = nullptr) {
    std::vector<std::string> said(drafts.size());
    std::vector<std::string> drawn(drafts.size());
    std::vector<std::thread> clients;
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        clients.emplace_back([&, i] {
            const auto reply = place.act("producer", drafts[i], "submit");
            const auto body = reply.json();
            said[i] = reply.status == 200 ? "200" : body.value("code", "?");
            drawn[i] = body.value("no", "");
        });
    }
    for (auto& one : clients) one.join();
    std::map<std::string, int> count;
    for (const auto& one : said) ++count[one];
    if (numbers != nullptr) *numbers = drawn;
    return count;
}

std::vector<std::string> drafts(const Valley& place, int count) {
    std::vector<std::string> ids;
    for (int i = 0; i < count; ++i) ids.push_back(place.draft());
    return ids;
}

TEST_CASE("submit reserves the planned weights, and the load corrects them") {
    const Valley place;
    const std::string id = place.draft();
    REQUIRE(place.act("producer", id, "submit").status == 200);
    CHECK(held(place, "plan") == 8'000'000);
    CHECK(held(place, "licence") == 8'000'000);
    REQUIRE(place.act("carrier", id, "carrier_accept", place.acceptance()).status == 200);
    place.fix(place.house.now(), 28.10, 119.60);
    const json load{{"gross_kg", 19'500}, {"tare_kg", 12'000}, {"seal_nos", {"S1"}}};
    const auto loaded = place.act("producer", id, "load_sign", load);
    INFO(loaded.body);
    REQUIRE(loaded.status == 200);
    CHECK(held(place, "plan") == 7'500'000);
    CHECK(held(place, "licence") == 7'500'000);
    const auto signed_too = place.act("driver", id, "load_sign");
    REQUIRE(signed_too.status == 200);
    CHECK(held(place, "plan") == 7'500'000);

    const auto entries = place.as("producer").get("/v1/manifests/" + id + "/quotas").json();
    REQUIRE(entries["items"].size() == 4);
    CHECK(entries["items"][0]["event"] == "submit");
    CHECK(entries["items"][0]["grams"] == 8'000'000);
    CHECK(entries["items"][3]["event"] == "load_sign");
    CHECK(entries["items"][3]["grams"] == -500'000);
    // Licences are public, what others take of them is not; plans are their producer's own.
    for (const auto& entry : entries["items"]) {
        const std::string path =
            "/v1/quotas/" + std::to_string(entry["quota"].get<int>()) + "/entries";
        INFO(entry["register"]);
        CHECK(place.as("producer").get(path).json()["items"].size() == 2);
        const auto stranger = place.as("other").get(path);
        if (entry["register"] == "licence")
            CHECK(stranger.json()["items"].empty());
        else
            CHECK(stranger.status == 404);
    }
    check_quota_ledger(place.database);
}

TEST_CASE("a department of the area that sends a paper back gives its weights back") {
    Valley place;
    const std::string id = place.draft();
    const json paper{{"origin_mode", "BACKFILL_ORDINARY"},
                     {"paper_no", "P-2026-7"},
                     {"paper_scan", file_of(place.as("producer"))},
                     {"departed_at", to_iso(place.house.now() - std::chrono::hours{4})},
                     {"arrived_at", to_iso(place.house.now() - std::chrono::hours{2})},
                     {"plate", "浙K12345"},
                     {"driver", "Wang Jun"},
                     {"lines", {{{"line_no", 1}, {"accepted_kg", 7990}}}}};
    REQUIRE(place.act("producer", id, "submit_backfill", paper).status == 200);
    REQUIRE(held(place, "plan") > 0);
    for (const char* division : {"3301", "3311"}) {
        const auto given = place.as("operator")
                               .post("/v1/tokens", {{"role", "regulator"}, {"division", division}});
        place.tokens[division] = given.json().at("token");
    }
    const json why{{"reason", "another weight"}};
    CHECK(place.act("3301", id, "return_backfill", why).status == 404);
    CHECK(held(place, "plan") > 0);
    const auto reply = place.act("3311", id, "return_backfill", why);
    INFO(reply.body);
    CHECK(reply.status == 200);
    CHECK(held(place, "plan") == 0);
    check_quota_ledger(place.database);
}

// Whoever waits for a row judges it again as it has become; no plan of the query may lose it then.
TEST_CASE("who waits for a quota finds every row that it asked for, whatever the plan") {
    const Valley place;
    const std::string all = "SELECT count(*) FROM lock_quotas('" + place.draft() + "', '" +
                            place.party.at("producer") + "', '" + place.party.at("receiver") +
                            "', now()::date, ARRAY['336-054-17', '900-249-08'])";
    REQUIRE(place.database.value<int>(all) == 4);
    for (const char* plan : {"SET enable_hashjoin = on", "SET enable_hashjoin = off",
                             "SET enable_nestloop = off", "SET enable_seqscan = off"}) {
        INFO(plan);
        pqxx::connection first{place.database.conninfo("liuhen_owner")};
        pqxx::connection second{place.database.conninfo("liuhen_http")};
        pqxx::nontransaction{second}.exec(plan);
        pqxx::work holder{first};
        holder.exec("UPDATE quotas SET held_g = held_g + 1");
        auto waiting = std::async(std::launch::async, [&] {
            pqxx::work asker{second};
            return asker.exec1(all)[0].as<int>();
        });
        while (
            !place.database.value<bool>("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"))
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
        holder.commit();
        CHECK(waiting.get() == 4);
    }
}

TEST_CASE("a load above what is left is not signed, and nothing changes") {
    const Valley place;
    const std::string id = place.draft();
    REQUIRE(place.act("producer", id, "submit").status == 200);
    REQUIRE(place.act("carrier", id, "carrier_accept", place.acceptance()).status == 200);
    place.fix(place.house.now(), 28.10, 119.60);
    limit(place, "plan", 8'400'000);
    json load{{"gross_kg", 20'500}, {"tare_kg", 12'000}, {"seal_nos", {"S1"}}};
    const auto reply = place.act("producer", id, "load_sign", load);
    CHECK(reply.status == 422);
    CHECK(reply.json()["code"] == "PLAN_EXCEEDED");
    CHECK(reply.json()["errors"][0]["value"] == "8400000");
    CHECK(held(place, "plan") == 8'000'000);
    load["gross_kg"] = 20'400;
    CHECK(place.act("producer", id, "load_sign", load).status == 200);
    check_quota_ledger(place.database);
}

TEST_CASE("all that the registers say against a filing is in one answer") {
    const Valley place;
    auto filing = place.filing();
    filing["lines"][0]["method"] = "R4";
    filing["lines"].push_back(filing["lines"][0]);
    filing["lines"][1]["code"] = "900-041-49";
    filing["lines"][1]["method"] = "D9";
    filing["lines"][1]["planned_kg"] = 30'000;
    limit(place, "licence", 29'999'999);
    const std::string id = Valley::made(place.as("producer"), "manifests", filing);
    const auto reply = place.act("producer", id, "submit");
    REQUIRE(reply.status == 422);
    std::map<std::string, std::string> said;
    const auto body = reply.json();
    for (const auto& one : body["errors"]) said[one["code"]] = one["pointer"].get<std::string>();
    CHECK(said["PLAN_MISSING"] == "/lines/0");
    CHECK(said["LICENCE_SCOPE"] == "/lines/0");
    CHECK(said["LICENCE_EXCEEDED"] == "/lines/1/planned_g");
    CHECK(held(place, "plan") == 0);
    CHECK(place.database.value<int>("SELECT count(*) FROM manifest_numbers") == 0);
}

TEST_CASE("a licence that ends within thirty days of the departure is said beside success") {
    const Valley place;
    const auto ends = [&place](int days) {
        place.database.sql(
            "UPDATE licences SET valid_to = (now() + interval '1 hour')"
            " AT TIME ZONE 'Asia/Shanghai' + interval '1 day' * " +
            std::to_string(days));
    };
    const auto said = [&place] {
        const auto reply = place.act("producer", place.draft(), "submit");
        INFO(reply.body);
        REQUIRE(reply.status == 200);
        const auto warnings = reply.json()["warnings"];
        return std::any_of(warnings.begin(), warnings.end(), [](const json& one) {
            return one["code"] == "LICENCE_ENDS_SOON" && one["pointer"] == "/receiver";
        });
    };
    ends(30);
    CHECK_FALSE(said());
    ends(29);
    CHECK(said());
    ends(0);
    CHECK(said());
}

TEST_CASE("a limit is not amended below what manifests hold") {
    const Valley place;
    REQUIRE(place.act("producer", place.draft(), "submit").status == 200);
    const auto producer = place.as("producer");
    const auto plan = producer.get("/v1/plans").json()["items"][0];
    json row{{"code", "336-054-17"},
             {"receiver", place.party.at("receiver")},
             {"method", "D9"},
             {"yearly_kg", 7'999}};
    const std::string amend = "/v1/plans/" + plan["id"].get<std::string>() + "/amend";
    const auto refused = producer.post(amend, {{"rows", {row}}}, naming(plan));
    CHECK(refused.status == 409);
    CHECK(refused.json()["code"] == "QUOTA_IN_USE");
    row["yearly_kg"] = 8'000;
    CHECK(producer.post(amend, {{"rows", {row}}}, naming(plan)).status == 200);
    CHECK(place.act("producer", place.draft(), "submit").json()["code"] == "PLAN_EXCEEDED");
}

TEST_CASE("200 submits at once in one prefecture draw 200 numbers without a gap") {
    const Valley place;
    for (const char* register_ : {"plan", "licence"}) limit(place, register_, 200L * 8'000'000);
    std::vector<std::string> numbers;
    const auto count = submit_all(place, drafts(place, 200), &numbers);
    CHECK(count == std::map<std::string, int>{{"200", 200}});
    std::sort(numbers.begin(), numbers.end());
    for (std::size_t i = 0; i < numbers.size(); ++i)
        REQUIRE(std::stol(numbers[i].substr(8)) == static_cast<long>(i) + 1);
    CHECK(held(place, "plan") == 200L * 8'000'000);
    check_quota_ledger(place.database);
}

TEST_CASE("50 submits at once against a remainder for 10 make exactly 10") {
    const std::pair<const char*, const char*> registers[] = {{"plan", "PLAN_EXCEEDED"},
                                                             {"licence", "LICENCE_EXCEEDED"}};
    for (const auto& [register_, code] : registers) {
        const Valley place;
        const auto ids = drafts(place, 50);
        limit(place, register_, 10L * 8'000'000 + 7'999'999);
        const auto count = submit_all(place, ids);
        CHECK(count == std::map<std::string, int>{{"200", 10}, {code, 40}});
        CHECK(held(place, "plan") == 80'000'000);
        CHECK(held(place, "licence") == 80'000'000);
        CHECK(place.database.value<int>("SELECT last FROM manifest_numbers") == 10);
        check_quota_ledger(place.database);
    }
}

TEST_CASE("a submit that is broken off leaves nothing half reserved") {
    const Valley place;
    const std::string id = place.draft();
    // A trigger stands for a database that goes away after the quotas were written.
    place.database.sql(
        "CREATE FUNCTION fall_over() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'going away' USING ERRCODE = '57P01'; END $$;"
        " CREATE TRIGGER fall_over AFTER INSERT ON quota_entries FOR EACH STATEMENT"
        " EXECUTE FUNCTION fall_over()");
    const auto reply = place.act("producer", id, "submit");
    CHECK(reply.status == 503);
    CHECK(held(place, "plan") == 0);
    CHECK(place.database.value<int>("SELECT count(*) FROM quota_entries") == 0);
    CHECK(place.database.value<int>("SELECT count(*) FROM manifest_numbers") == 0);
    place.database.sql("DROP TRIGGER fall_over ON quota_entries");
    CHECK(place.act("producer", id, "submit").json()["no"].get<std::string>().substr(8) ==
          "000001");
    check_quota_ledger(place.database);
}

}  // namespace
