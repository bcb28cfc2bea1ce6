// Imports, row by row: judged as the single routes judge, made once, whole or not at all.
#include "tests/support/job_house.hpp"
#include "tests/support/workbooks.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace {

using namespace liuhen;
using namespace liuhen::test;
using nlohmann::json;

JobHouse& trade() {
    static JobHouse one;
    return one;
}

using Cells = std::vector<std::string>;

std::string csv_of(const std::vector<Cells>& rows) {
    std::string text;
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) text += (i > 0 ? "," : "") + row[i];
        text += "\r\n";
    }
    return text;
}
std::string xlsx_of(const std::vector<Cells>& rows) {
    std::string text;
    for (const auto& row : rows) text += inline_row(row);
    return workbook(text);
}

/// A thousand drums of which the 11th, the 500th and the 1001st row are wrong.
std::vector<Cells> drums(const std::string& series) {
    std::vector<Cells> rows{{"容器编码", "废物代码", "包装方式", "净重（千克）", "废物名称"}};
    for (int i = 1; i <= 1'000; ++i)
        rows.push_back({series + std::to_string(i), "336-054-17", "桶装", "200.5", "电镀废液"});
    rows[10][1] = "336-054-99";
    rows[499][3] = "\"1,000\"";
    rows[1'000][2] = "麻袋";
    return rows;
}
void check_three_bad(const json& job) {
    CHECK(job["state"] == "DONE");
    CHECK(job["rows"] == json{{"total", 1'000},
                              {"done", 1'000},
                              {"made", 997},
                              {"repeated", 0},
                              {"fine", 0},
                              {"refused", 3}});
    const auto bad = trade().rows_of(job);
    REQUIRE(bad.size() == 3);
    const auto first = [&bad](int i) { return bad[static_cast<std::size_t>(i)]["faults"][0]; };
    CHECK(bad[0]["row"] == 11);
    CHECK(first(0)["place"] == "B11");
    CHECK(first(0)["column"] == "废物代码");
    CHECK(first(0)["code"] == "NOT_A_WASTE_CODE");
    CHECK(bad[1]["row"] == 500);
    CHECK(first(1)["place"] == "D500");
    CHECK(first(1)["code"] == "WRONG_TYPE");
    CHECK(first(1)["value"] == "\"1,000\"");
    CHECK(bad[2]["row"] == 1'001);
    CHECK(first(2)["field"] == "package");
    CHECK(first(2)["code"] == "UNKNOWN_VALUE");
}
long containers_like(const std::string& series) {
    return trade().database.value<long>("SELECT count(*) FROM containers WHERE code ~ '^" + series +
                                        "[0-9]+$'");
}

TEST_CASE("of a thousand rows with three bad ones 997 go in and three are named, in UTF-8") {
    const auto job = trade().imported("containers", csv_of(drums("U")));
    check_three_bad(job);
    CHECK(containers_like("U") == 997);
    const auto drum = trade().read("producer", "/v1/containers?code=U1")["items"][0];
    CHECK(trade().shown("producer", drum["id"])["stock"][0]["net_g"] == 200'500);
    CHECK(drum["waste_name"] == "电镀废液");
}

TEST_CASE("the same file again makes nothing twice, and its bad rows are judged anew") {
    const auto file = csv_of(drums("U"));
    const auto job = trade().imported("containers", file);
    CHECK(job["rows"]["made"] == 0);
    CHECK(job["rows"]["repeated"] == 997);
    CHECK(job["rows"]["refused"] == 3);
    CHECK(containers_like("U") == 997);
    const auto rows = trade().rows_of(job, "?limit=1");
    CHECK(trade().shown("producer", rows[0]["id"])["code"] == "U1");
}

TEST_CASE("the thousand rows are the same with a byte order mark and in a workbook") {
    check_three_bad(trade().imported("containers", "\xEF\xBB\xBF" + csv_of(drums("B"))));
    auto rows = drums("X");
    rows[499][3] = "1,000";
    check_three_bad(trade().imported("containers", xlsx_of(rows)));
    CHECK(containers_like("B") + containers_like("X") == 2 * 997);
}

// The words of such a table as a Chinese Windows saves them.
std::string gbk(std::string text) {
    const std::pair<std::string, std::string> words[] = {
        {"容器编码", "\xC8\xDD\xC6\xF7\xB1\xE0\xC2\xEB"},
        {"废物代码", "\xB7\xCF\xCE\xEF\xB4\xFA\xC2\xEB"},
        {"包装方式", "\xB0\xFC\xD7\xB0\xB7\xBD\xCA\xBD"},
        {"净重（千克）", "\xBE\xBB\xD6\xD8\xA3\xA8\xC7\xA7\xBF\xCB\xA3\xA9"},
        {"废物名称", "\xB7\xCF\xCE\xEF\xC3\xFB\xB3\xC6"},
        {"桶装", "\xCD\xB0\xD7\xB0"},
        {"电镀废液", "\xB5\xE7\xB6\xC6\xB7\xCF\xD2\xBA"},
        {"麻袋", "\xC2\xE9\xB4\xFC"}};
    for (const auto& [word, bytes] : words) {
        for (auto at = text.find(word); at != std::string::npos; at = text.find(word))
            text.replace(at, word.size(), bytes);
    }
    return text;
}

TEST_CASE("the thousand rows are the same in GBK, known as such or said to be") {
    const auto file = gbk(csv_of(drums("G")));
    check_three_bad(trade().imported("containers", file));
    CHECK(trade().imported("containers", file, "?charset=gbk")["rows"]["repeated"] == 997);
    const auto wrong = trade().imported("containers", file, "?charset=utf-8");
    CHECK(wrong["state"] == "FAILED");
    CHECK(wrong["faults"][0]["code"] == "ENCODING");
    CHECK(wrong["faults"][0]["row"] == 1);
    const auto drum = trade().read("producer", "/v1/containers?code=G1")["items"][0];
    CHECK(drum["waste_name"] == "电镀废液");
}

TEST_CASE("a manifest is filed as a draft from each row, parties and places by their names") {
    const std::vector<Cells> rows{
        {"receiver", "carrier", "origin_site", "destination_site", "waste_name", "code", "hazards",
         "form", "package", "container_count", "planned_kg", "planned_depart_at", "method"},
        {"Longshan Treatment", "91331100MA2E0BBB0J", "works of nobody", "", "bath", "336-054-17",
         "T、C", "液态", "吨箱", "8", "8000.5", "2099/3/1 8:05", "D9"},
        {"Longshan Treatment", "91331100MA2E0BBB0J", "plating works", "", "bath", "336-054-17", "T",
         "L", "IBC", "8", "8000.5", "2026-02-30 08:00", "D9"},
        {trade().party["receiver"], "91331100ma2e0bbb0j", "plating works", "", "bath", "336-054-17",
         "T;C", "液态", "吨箱", "8", "8000.5", "2026/3/1 8:05", "D9"}};
    const auto job = trade().imported("manifests", csv_of(rows));
    CHECK(job["rows"]["made"] == 1);
    const auto bad = trade().rows_of(job);
    REQUIRE(bad.size() == 2);
    CHECK(bad[0]["faults"][0]["code"] == "UNKNOWN_REFERENCE");
    CHECK(bad[0]["faults"][0]["place"] == "C2");
    CHECK(bad[1]["faults"][0]["code"] == "NOT_A_TIME");
    CHECK(bad[1]["faults"][0]["place"] == "L3");
    const auto id = trade().rows_of(job, "?outcome=MADE")[0]["id"].get<std::string>();
    const auto filed = trade().read("producer", "/v1/manifests/" + id);
    CHECK(filed["state"] == "DRAFT");
    CHECK(filed["receiver"]["name"] == "Longshan Treatment");
    CHECK(filed["planned_depart_at"] == "2026-03-01T00:05:00Z");
    CHECK(filed["lines"][0]["planned_g"] == 8'000'500);
    CHECK(filed["lines"][0]["hazards"] == json{"T", "C"});
    CHECK(filed["lines"][0]["form"] == "L");
}

TEST_CASE("a dry run judges every row and leaves nothing") {
    const std::vector<Cells> rows{{"code", "waste_code"}, {"D1", "336-054-17"}, {"D2", "x"}};
    const auto job = trade().imported("containers", csv_of(rows), "?check=true");
    CHECK(job["rows"]["fine"] == 1);
    CHECK(job["rows"]["refused"] == 1);
    CHECK(containers_like("D") == 0);
    CHECK(trade().imported("containers", csv_of(rows))["rows"]["made"] == 1);
}

TEST_CASE("a formula is refused by its cell, and the rows beside it go in") {
    const auto job = trade().imported(
        "containers",
        workbook(inline_row({"code", "waste_code", "net_kg"}) + "<row>" + inline_cell("F1") +
                 inline_cell("336-054-17") + "<c><f>100*2</f><v>200</v></c></row>" +
                 inline_row({"F2", "336-054-17", "200"}) +
                 inline_row({"F3", "336-054-17", "200", "kg"})));
    CHECK(job["rows"]["made"] == 1);
    const auto bad = trade().rows_of(job);
    CHECK(bad[1]["faults"][0]["code"] == "NO_HEADING");
    CHECK(bad[1]["faults"][0]["value"] == "D");
    CHECK(bad[0]["faults"][0]["code"] == "FORMULA");
    CHECK(bad[0]["faults"][0]["place"] == "C2");
    CHECK(containers_like("F") == 1);
}

TEST_CASE("a file that is no table is refused whole, with the place where it breaks") {
    const std::string heading = "code,waste_code\n";
    std::string rows_1001 = heading;
    for (int i = 0; i <= 1'000; ++i) rows_1001 += "W" + std::to_string(i) + ",336-054-17\n";
    struct Row {
        std::string file, code, place;
    };
    const Row rows[] = {
        {heading + "W1,336-054-17\nW2,\"336\n", "BAD_QUOTES", "B3"},
        {heading + "W1,336-054-17\nW2," + std::string(4'000'000, 'x'), "CELL_TOO_LONG", "B3"},
        {heading + std::string{"W1,\0\n", 5}, "NUL_BYTE", ""},
        {"code,waste_code,colour\nW1,336-054-17,red\n", "HEADER_UNKNOWN", "C1"},
        {"code,waste_code,容器编码\nW1,336-054-17,x\n", "HEADER_DOUBLED", "C1"},
        {"code\nW1\n", "HEADER_MISSING", ""},
        {heading, "EMPTY_FILE", ""},
        {rows_1001, "TOO_MANY_ROWS", ""},
        {workbook(inline_row({"code", "waste_code"}) + std::string(3'000'000, ' ')), "ZIP_RATIO",
         ""},
        {"PK\x03\x04 no zip", "NOT_A_SHEET", ""},
    };
    for (const auto& row : rows) {
        INFO(row.code);
        const auto job = trade().imported("containers", row.file);
        CHECK(job["state"] == "FAILED");
        CHECK(job["faults"][0]["code"] == row.code);
        CHECK(job["faults"][0].value("place", "") == row.place);
        CHECK(job["faults"][0]["message_zh"] != row.code);
    }
    CHECK(containers_like("W") == 0);
    CHECK(trade()
              .as("producer")
              .send("POST", "/v1/imports/containers", std::string(6'000'000, 'x'))
              .status == 413);
}

// A worker in a process of its own.
pid_t start_worker() {
    const pid_t child = ::fork();
    if (child != 0) return child;
    const std::atomic<bool> never = false;
    server::jobs::Worker own{trade().database.conninfo(), trade().clock, never};
    while (own.do_next()) {
    }
    ::_exit(0);
}

TEST_CASE("an import that was killed goes on where it stood, without doubles or half rows") {
    const auto job = trade().import("containers", csv_of(drums("K")));
    const pid_t worker = start_worker();
    REQUIRE(worker > 0);
    for (int i = 0; i < 6'000 && containers_like("K") < 100; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    ::kill(worker, SIGKILL);
    int status = 0;
    ::waitpid(worker, &status, 0);
    CHECK(WIFSIGNALED(status));
    const auto half = trade().job_of("producer", job);
    CHECK(half["state"] == "RUNNING");
    CHECK(half["rows"]["done"] >= 100);
    CHECK(half["rows"]["done"] < 1'000);
    CHECK(half["rows"]["made"] == containers_like("K"));
    while (trade().worker.do_next()) {
    }
    check_three_bad(trade().job_of("producer", job));
    CHECK(containers_like("K") == 997);
    CHECK(trade().database.value<long>("SELECT count(*) FROM container_movements v JOIN containers"
                                       " c ON c.id = v.container_id WHERE c.code ~ '^K[0-9]'") ==
          997);
}

TEST_CASE("an import that a stopping server leaves is taken up by the next one") {
    const auto job = trade().import("containers", "code,waste_code\nS1,336-054-17\n");
    trade().stopping = true;
    CHECK_FALSE(trade().worker.do_next());
    CHECK(trade().job_of("producer", job)["state"] == "RUNNING");
    trade().stopping = false;
    while (trade().worker.do_next()) {
    }
    CHECK(trade().job_of("producer", job)["rows"]["made"] == 1);
}

TEST_CASE("an import can be wished away while it waits, and what it was to read is gone") {
    const auto job = trade().import("containers", csv_of(drums("C")));
    const auto path = "/v1/jobs/" + job["id"].get<std::string>();
    CHECK(trade().as("producer").post(path + "/cancel", json::object()).status == 202);
    CHECK(trade().job_of("producer", job)["cancelling"] == true);
    while (trade().worker.do_next()) {
    }
    CHECK(trade().job_of("producer", job)["state"] == "CANCELLED");
    CHECK(trade().denied("producer", path + "/cancel", json::object(), 409) == "JOB_OVER");
    CHECK(containers_like("C") == 0);
    CHECK(trade().database.value<long>("SELECT count(*) FROM job_inputs") == 0);
}

TEST_CASE("templates are tables that can be imported once they are filled in") {
    for (const char* what : {"manifests", "containers"}) {
        const auto path = "/v1/imports/" + std::string{what} + "/template";
        for (const char* query : {"?format=csv", "?format=csv&language=en", "?language=en", ""}) {
            INFO(what << query);
            const auto file = trade().as("producer").get(path + query);
            REQUIRE(file.status == 200);
            const auto cells = cells_of(file.body);
            REQUIRE(cells.size() == 1);
            const auto job = trade().imported(what, csv_of({cells[0], {"", "x"}}));
            CHECK(job["state"] == "DONE");
        }
    }
}

TEST_CASE("each files for itself: no manifests of receivers, no jobs of others, three at a time") {
    const std::string file = "code,waste_code\nR1,336-054-17\n";
    const auto receivers = trade().imported("containers", file, "", "receiver");
    CHECK(receivers["rows"]["made"] == 1);
    const auto path = "/v1/jobs/" + receivers["id"].get<std::string>();
    CHECK(trade().as("producer").get(path).status == 404);
    CHECK(trade().as("producer").get(path + "/rows").status == 404);
    CHECK(trade().as("receiver").send("POST", "/v1/imports/manifests", "x").status == 403);
    CHECK(trade().as("producer").send("POST", "/v1/imports/drums", "x").status == 404);
    for (int i = 0; i < 3; ++i) trade().import("containers", file, "", "other");
    const auto fourth = trade().as("other").send("POST", "/v1/imports/containers", file);
    CHECK(fourth.status == 429);
    CHECK(fourth.json()["code"] == "TOO_MANY_JOBS");
    CHECK(trade().read("other", "/v1/jobs")["items"].size() == 3);
    while (trade().worker.do_next()) {
    }
    CHECK(trade().imported("containers", file, "", "other")["rows"]["repeated"] == 1);
}

}  // namespace
