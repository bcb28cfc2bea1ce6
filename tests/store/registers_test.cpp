// Registers and declarations made in the background: what the asker sees, to the gram, for a day.
#include "tests/support/job_house.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace {

using namespace liuhen;
using namespace liuhen::test;
using nlohmann::json;

/// One drum in the producer's book, a gram of it treated.
struct Book : JobHouse {
    Book() {
        const auto first = drum("=A1", 200);
        moved("producer", first, {{"kind", "TREATED"}, {"amount_kg", 0.001}, {"method", "D9"}});
    }
};
Book& trade() {
    static Book one;
    return one;
}
const json csv{{"format", "csv"}, {"language", "en"}};

json with(json how, const char* name, const json& value) {
    how[name] = value;
    return how;
}
std::size_t column(const std::vector<std::vector<std::string>>& rows, const std::string& name) {
    const auto found = std::ranges::find(rows.at(0), name);
    REQUIRE(found != rows[0].end());
    return static_cast<std::size_t>(found - rows[0].begin());
}

TEST_CASE("a book's movements come as CSV and as XLSX, in Chinese and in English") {
    const auto english = cells_of(trade().made("producer", "movements", csv));
    REQUIRE(english.size() == 3);
    CHECK(english[2][column(english, "kind")] == "TREATED");
    CHECK(english[2][column(english, "kg")] == "0.001");
    CHECK(english[2][column(english, "from")] == "Qingtan Plating");
    CHECK(english[1][column(english, "container")] == "'=A1");
    const auto file = trade().made("producer", "movements", json::object());
    CHECK(server::sheets::is_zip(file));
    const auto chinese = cells_of(file);
    REQUIRE(chinese.size() == 3);
    CHECK(chinese[1][column(chinese, "类别")] == "产生");
    CHECK(chinese[1][column(chinese, "重量（千克）")] == "200");
    const auto text = trade().made("producer", "movements", {{"format", "csv"}});
    CHECK(text.starts_with("\xEF\xBB\xBF时间,"));
    const auto day = to_iso(trade().house.now() + std::chrono::hours{8}).substr(0, 10);
    CHECK(text.find('\n' + day + ' ') != std::string::npos);  // in China
}

TEST_CASE("a register holds what its filters leave, and every filter is read strictly") {
    const auto count = [](const std::string& what, const json& how) {
        return cells_of(trade().made("producer", what, how)).size() - 1;
    };
    CHECK(count("movements", with(csv, "state", "TREATED")) == 1);
    CHECK(count("movements", with(csv, "side", "in")) == 1);
    CHECK(count("movements", with(csv, "to", "2020-01-01")) == 0);
    CHECK(count("movements", with(csv, "from", "2020-01-01")) == 2);
    CHECK(count("stock", csv) == 1);
    CHECK(count("containers", csv) == 1);
    CHECK_FALSE(trade().draft().empty());
    CHECK(count("manifests", csv) == 1);
    CHECK(count("manifests", with(csv, "state", "COMPLETED")) == 0);
    CHECK(count("manifests", with(csv, "side", "out")) == 1);
    CHECK(count("manifests", with(csv, "side", "in")) == 0);
    const std::string path = "/v1/registers/";
    CHECK(trade().denied("producer", path + "drums", csv, 404) == "NOT_FOUND");
    CHECK(trade().denied("producer", path + "stock", with(csv, "state", "X"), 422) ==
          "UNKNOWN_FIELD");
    CHECK(trade().denied("producer", path + "alerts", with(csv, "state", "X"), 422) ==
          "UNKNOWN_VALUE");
    CHECK(trade().denied("producer", path + "stock", with(csv, "format", "pdf"), 422) ==
          "UNKNOWN_VALUE");
    CHECK(trade().denied("producer", path + "stock", with(csv, "from", "2026-2-1"), 422) ==
          "TOO_SHORT");
    CHECK(trade().denied("regulator", path + "manifests", with(csv, "side", "in"), 422) ==
          "MISSING");
}

TEST_CASE("who asks gets what he sees, as he stands when it is made") {
    const auto rows = [](const std::string& role) {
        return cells_of(trade().made(role, "containers", csv)).size() - 1;
    };
    CHECK(rows("producer") == 1);
    CHECK(rows("other") == 0);
    CHECK(rows("regulator") == 1);
    const auto token = trade().token("producer", trade().party["producer"]);
    const auto web = trade().house.web(token);
    const auto job = web.post("/v1/registers/stock", csv).json();
    trade().database.sql("UPDATE tokens SET revoked_at = now() WHERE digest = decode('" +
                         server::sha256_hex(token) + "', 'hex')");
    while (trade().worker.do_next()) {
    }
    CHECK(trade().database.value<std::string>("SELECT state || ' ' || (faults #>> '{0,code}')"
                                              " FROM jobs WHERE id = '" +
                                              job["id"].get<std::string>() + "'") ==
          "FAILED ASKER_GONE");
}

TEST_CASE("a link holds as long as it says, as the file is kept, and as its asker may see it") {
    const auto job = trade().ask("producer", "stock", csv);
    CHECK(trade().denied("producer", "/v1/jobs/" + job["id"].get<std::string>() + "/links",
                         json::object(), 409) == "NO_FILE");
    while (trade().worker.do_next()) {
    }
    const auto link = trade().link("producer", job, {{"hours", 1}});
    const auto path = link["path"].get<std::string>();
    const auto until = *parse_iso(link["expires_at"].get<std::string>());
    CHECK(seconds_between(trade().house.now(), until) == Approx(3600).margin(30));
    const auto web = trade().house.web();
    const auto file = web.get(path);
    CHECK(file.status == 200);
    CHECK(file.header("content-disposition").starts_with("attachment; filename=\"stock-20"));
    CHECK(file.header("cache-control") == "private, no-store");
    CHECK(web.get("/v1/downloads/lh_" + std::string(43, 'A')).status == 404);
    CHECK(trade().database.value<long>(
              "SELECT count(*) FROM job_links WHERE position(digest in convert_to('" + path +
              "', 'UTF8')) > 0") == 0);
    CHECK(trade()
              .as("other")
              .post("/v1/jobs/" + job["id"].get<std::string>() + "/links", json::object())
              .status == 404);
    trade().database.sql("UPDATE job_links SET expires_at = now() - interval '1 second'");
    CHECK(web.get(path).status == 404);
    const auto second = trade().link("producer", job)["path"].get<std::string>();
    CHECK(web.get(second).status == 200);
    trade().database.sql("UPDATE jobs SET kept_until = now() - interval '1 second' WHERE id = '" +
                         job["id"].get<std::string>() + "'");
    CHECK(web.get(second).status == 404);
    trade().worker.sweep();
    CHECK(trade().database.value<long>("SELECT count(*) FROM job_pieces WHERE job_id = '" +
                                       job["id"].get<std::string>() + "'") == 0);
    CHECK(trade().denied("producer", "/v1/jobs/" + job["id"].get<std::string>() + "/links",
                         json::object(), 409) == "NO_FILE");
}

// Drums and movements by the thousand, in the producer's book.
void fill(int containers) {
    trade().database.sql(
        "INSERT INTO containers (id, party_id, code, waste_code, made_at) SELECT gen_random_uuid(),"
        " '" +
        trade().party["other"] + "', 'M' || n, '336-054-17', now() FROM generate_series(1, " +
        std::to_string(containers) +
        ") n;"
        "INSERT INTO container_movements (operation, container_id, kind, to_party, grams, at,"
        " recorded_at) SELECT gen_random_uuid(), id, 'PRODUCED', party_id, 1001, now(), now()"
        " FROM containers WHERE code ~ '^M[0-9]+$'");
}

TEST_CASE("a register is made in pages with its progress, stopped half-way, and made again") {
    fill(3'500);
    const auto job = trade().ask("other", "movements", csv);
    const auto path = "/v1/jobs/" + job["id"].get<std::string>();
    // Wished away by the database's own hand when the second page is told of.
    trade().database.sql(
        "CREATE FUNCTION wish() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF NEW.rows_done = 2000 THEN NEW.cancelled := true; END IF; RETURN NEW; END $$;"
        "CREATE TRIGGER wish BEFORE UPDATE ON jobs FOR EACH ROW EXECUTE FUNCTION wish()");
    while (trade().worker.do_next()) {
    }
    const auto half = trade().job_of("other", job);
    CHECK(half["state"] == "CANCELLED");
    CHECK(half["rows"] == json{{"total", 3'500}, {"done", 2'000}});
    CHECK_FALSE(half.contains("file"));
    CHECK(trade().database.value<long>("SELECT count(*) FROM job_pieces WHERE job_id = '" +
                                       job["id"].get<std::string>() + "'") == 0);
    trade().database.sql("DROP TRIGGER wish ON jobs");
    const auto rows = cells_of(trade().made("other", "movements", json::object()));
    CHECK(rows.size() == 3'501);
}

TEST_CASE("a full disk ends a register with a clear fault and leaves nothing of it") {
    trade().database.sql(
        "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;"
        "CREATE TRIGGER no_room BEFORE INSERT ON job_pieces FOR EACH ROW WHEN (NEW.place = 1)"
        " EXECUTE FUNCTION no_room()");
    const auto job = trade().ask("other", "movements", csv);
    while (trade().worker.do_next()) {
    }
    trade().database.sql("DROP TRIGGER no_room ON job_pieces");
    const auto ended = trade().job_of("other", job);
    CHECK(ended["state"] == "FAILED");
    CHECK(ended["faults"][0]["code"] == "DISK_FULL");
    CHECK(trade().database.value<long>("SELECT count(*) FROM job_pieces WHERE job_id = '" +
                                       job["id"].get<std::string>() + "'") == 0);
}

TEST_CASE("a register that a stopped server left is begun anew, five times and no more") {
    const auto job = trade().ask("other", "movements", csv);
    trade().stopping = true;
    CHECK_FALSE(trade().worker.do_next());
    trade().stopping = false;
    CHECK(trade().job_of("other", job)["state"] == "RUNNING");
    while (trade().worker.do_next()) {
    }
    CHECK(trade().job_of("other", job)["state"] == "DONE");
    const auto cursed = trade().ask("other", "movements", csv);
    trade().database.sql("UPDATE jobs SET state = 'RUNNING', attempts = 5 WHERE id = '" +
                         cursed["id"].get<std::string>() + "'");
    while (trade().worker.do_next()) {
    }
    CHECK(trade().job_of("other", cursed)["faults"][0]["code"] == "GAVE_UP");
}

TEST_CASE("a register of more than a hundred thousand rows is refused with what to do") {
    trade().database.sql(
        "INSERT INTO container_movements (operation, container_id, kind, from_party, to_party,"
        " grams, at, recorded_at) SELECT gen_random_uuid(), c.id, 'LABELLED', c.party_id,"
        " c.party_id, 0, now(), now() FROM generate_series(1, 97000) n, (SELECT * FROM containers"
        " WHERE code = 'M1') c");
    const auto job = trade().ask("other", "movements", csv);
    while (trade().worker.do_next()) {
    }
    const auto ended = trade().job_of("other", job);
    CHECK(ended["state"] == "FAILED");
    CHECK(ended["faults"][0]["code"] == "TOO_MANY_ROWS");
    CHECK(ended["faults"][0]["value"] == "100000");
}

}  // namespace
