// Jobs whose askers, readers and rows are up to no good, or fall out of their role in between.
#include "server/http/access.hpp"
#include "tests/support/job_house.hpp"

#include <catch2/catch.hpp>

#include <list>

namespace {

using namespace liuhen;
using namespace liuhen::test;
using nlohmann::json;

JobHouse& trade() {
    static JobHouse one;
    return one;
}
const json csv{{"format", "csv"}, {"language", "en"}};
std::string id_of(const json& job) { return job.at("id"); }

std::string drums(const std::string& series, int count) {
    std::string file = "code,waste_code,net_kg\n";
    for (int i = 1; i <= count; ++i) file += series + std::to_string(i) + ",336-054-17,200.5\n";
    return file;
}
long containers_like(const std::string& series) {
    return trade().database.value<long>("SELECT count(*) FROM containers WHERE code ~ '^" + series +
                                        "[0-9]+$'");
}
void finish() {
    while (trade().worker.do_next()) {
    }
}

TEST_CASE("a file is read by four at a time, however slowly and by however many links") {
    const auto job = trade().ask("producer", "stock", csv);
    finish();
    // More than the sockets between here and there hold.
    trade().database.sql("INSERT INTO job_pieces SELECT '" + id_of(job) +
                         "', n, convert_to(repeat('x', 4000000), 'UTF8') FROM generate_series(1, 8)"
                         " n");
    std::vector<std::string> links;
    for (int i = 0; i < 3; ++i) links.push_back(trade().link("producer", job)["path"]);
    std::list<WebLine> readers;
    for (std::size_t i = 0; i < 4; ++i) {
        readers.emplace_back(trade().house.web().port);
        readers.back().send("GET " + links.at(i % 2) + " HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK(readers.back().receive().starts_with("HTTP/1.1 200"));
    }
    for (const auto& link : links) {
        const auto refused = trade().house.web().get(link);
        CHECK(refused.status == 429);
        CHECK(refused.json()["code"] == "TOO_MANY_STREAMS");
        CHECK(refused.header("retry-after") == "5");
    }
    readers.clear();
    int status = 429;
    for (int i = 0; i < 200 && status != 200; ++i) {
        status = trade().house.web().send("HEAD", links[2]).status;
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    CHECK(status == 200);
}

TEST_CASE("a wish that comes while a register's last rows are written is granted") {
    const auto job = trade().ask("producer", "stock", csv);
    trade().database.sql(
        "CREATE FUNCTION wish_late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " UPDATE jobs SET cancelled = true WHERE id = NEW.job_id; RETURN NULL; END $$;"
        "CREATE TRIGGER wish_late AFTER INSERT ON job_pieces FOR EACH ROW"
        " EXECUTE FUNCTION wish_late()");
    finish();
    trade().database.sql("DROP TRIGGER wish_late ON job_pieces");
    const auto ended = trade().job_of("producer", job);
    CHECK(ended["state"] == "CANCELLED");
    CHECK_FALSE(ended.contains("file"));
    CHECK(trade().database.value<long>("SELECT count(*) FROM job_pieces WHERE job_id = '" +
                                       id_of(job) + "'") == 0);
}

TEST_CASE("a row that fails in a way that nobody foresaw keeps no other out") {
    trade().database.sql(
        "CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF NEW.code = 'P2' THEN RAISE EXCEPTION 'no idea' USING ERRCODE = 'XX000'; END IF;"
        " RETURN NEW; END $$;"
        "CREATE TRIGGER poison BEFORE INSERT ON containers FOR EACH ROW"
        " EXECUTE FUNCTION poison()");
    const auto job = trade().imported("containers", drums("P", 3));
    trade().database.sql("DROP TRIGGER poison ON containers");
    CHECK(job["state"] == "DONE");
    CHECK(job["rows"]["made"] == 2);
    const auto bad = trade().rows_of(job);
    REQUIRE(bad.size() == 1);
    CHECK(bad[0]["row"] == 3);
    CHECK(bad[0]["faults"][0]["code"] == "INTERNAL");
    CHECK(bad[0]["faults"][0]["message_zh"] != "INTERNAL");
    CHECK(containers_like("P") == 2);
}

TEST_CASE("who loses his account while his rows go in enters no more of them") {
    const std::string clerk = trade().token("producer", trade().party.at("producer"));
    trade().tokens["clerk"] = clerk;
    const auto job = trade().import("containers", drums("L", 100), "", "clerk");
    trade().database.sql(
        "CREATE FUNCTION dismiss() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN"
        " UPDATE tokens SET revoked_at = now() WHERE digest = decode('" +
        server::sha256_hex(clerk) +
        "', 'hex'); RETURN NEW; END $$;"
        "CREATE TRIGGER dismiss BEFORE INSERT ON containers FOR EACH ROW WHEN (NEW.code = 'L10')"
        " EXECUTE FUNCTION dismiss()");
    finish();
    trade().database.sql("DROP TRIGGER dismiss ON containers");
    CHECK(trade().database.value<std::string>("SELECT state || ' ' || (faults -> 0 ->> 'code')"
                                              " FROM jobs WHERE id = '" +
                                              id_of(job) + "'") == "FAILED ASKER_GONE");
    CHECK(containers_like("L") >= 10);
    CHECK(containers_like("L") < 40);
}

TEST_CASE("no link is made to the file of somebody who is gone") {
    const std::string clerk = trade().token("producer", trade().party.at("producer"));
    const std::string chief = trade().token("producer", trade().party.at("producer"));
    trade().database.sql("UPDATE tokens SET rank = 'admin' WHERE digest = decode('" +
                         server::sha256_hex(chief) + "', 'hex')");
    trade().tokens["clerk"] = clerk;
    trade().tokens["chief"] = chief;
    const auto job = trade().ask("clerk", "stock", csv);
    finish();
    const std::string links = "/v1/jobs/" + id_of(job) + "/links";
    CHECK(trade().as("chief").post(links, json::object()).status == 201);
    trade().database.sql("UPDATE tokens SET revoked_at = now() WHERE digest = decode('" +
                         server::sha256_hex(clerk) + "', 'hex')");
    CHECK(trade().denied("chief", links, json::object(), 409) == "NO_FILE");
    CHECK(trade().database.value<long>("SELECT count(*) FROM job_links WHERE job_id = '" +
                                       id_of(job) + "'") == 1);
}

TEST_CASE("a job that a stopping server left any number of times is not given up for it") {
    const auto job = trade().import("containers", drums("Q", 1));
    for (int i = 0; i < 8; ++i) {
        trade().stopping = true;
        CHECK_FALSE(trade().worker.do_next());
        trade().stopping = false;
    }
    finish();
    CHECK(trade().job_of("producer", job)["state"] == "DONE");
    CHECK(containers_like("Q") == 1);
}

}  // namespace
