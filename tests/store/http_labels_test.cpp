// Labels of containers, over HTTP: printed, rendered, and read back as a scanner reads them.
#include "tests/support/drums.hpp"
#include "tests/support/pdf.hpp"

#include <algorithm>
#include <chrono>
#include <iostream>

namespace {

using namespace liuhen;
using namespace liuhen::test;
using Json = nlohmann::json;

std::string label_of(const std::string& id) { return "/v1/containers/" + id + "/label"; }

bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

// A drum of 200 kg that bears a label's code.
std::string labelled(const Drums& place, const std::string& code, const std::string& serial) {
    const std::string id = place.drum(code);
    place.moved("producer", id, {{"kind", "LABELLED"}, {"tag", Drums::tag(serial)}});
    return id;
}
void import_list(const Drums& place) {
    const Json list{{"kind", "HW"},
                    {"valid_from", "2021-01-01"},
                    {"entries",
                     {{{"code", "336-054-17"},
                       {"category", "HW17"},
                       {"category_name", "表面处理废物"},
                       {"hazards", {"T", "C"}},
                       {"name", "废镀槽液"}}}}};
    const auto reply = place.as("operator").send("PUT", "/v1/waste-lists/2021", list.dump());
    INFO(reply.body);
    REQUIRE(reply.status < 300);
}

TEST_CASE("a drum's label is printed, and a scanner reads from it what the register knows") {
    Drums place;
    import_list(place);
    const std::string id = labelled(place, "2026-0001", "00000001");
    const auto got = place.as("producer").get(label_of(id));
    REQUIRE(got.status == 200);
    CHECK(got.header("content-type") == "application/pdf");
    const Pdf pdf{got.body};
    CHECK(pdf.pages() == 1);
    CHECK(pdf.size().first == Approx(150).margin(0.05));
    CHECK(pdf.codes() == Drums::tag("00000001") + "\n");
    const std::string text = pdf.text();
    for (const char* part : {"危险废物", "废镀槽液", "HW17", "336-054-17", "毒性T", "腐蚀性C",
                             "QingtanPlating", "200kg", "91331100MA2E0AAA0L"}) {
        INFO(part);
        CHECK(says(text, part));
    }
    // What was read is found again by the code.
    const auto found = place.as("producer").get("/v1/containers?tag=" + Drums::tag("00000001"));
    CHECK(found.json()["items"][0]["id"] == id);
}

TEST_CASE("a label is as large as HJ 1276 asks of what its container holds") {
    Drums place;
    struct Row {
        const char *package, *query;
        double side;
        std::size_t pages;
    };
    int serial = 100;
    for (const Row& row : {Row{"BAG", "", 100, 1}, Row{"DRUM", "", 150, 1}, Row{"BOX", "", 150, 1},
                           Row{"IBC", "", 200, 2}, Row{"TANK", "", 200, 2},
                           Row{"DRUM", "?litres=50", 100, 1}, Row{"DRUM", "?litres=51", 150, 1},
                           Row{"BAG", "?litres=450", 150, 1}, Row{"BAG", "?litres=451", 200, 2}}) {
        INFO(row.package << row.query);
        const std::string n = std::to_string(++serial);
        const std::string id = place.enter("producer", "/v1/containers",
                                           {{"code", "S-" + n},
                                            {"tag", Drums::tag("00000" + n)},
                                            {"waste_code", "336-054-17"},
                                            {"package", row.package}})["id"];
        const Pdf pdf{place.as("producer").get(label_of(id) + row.query).body};
        CHECK(pdf.pages() == row.pages);
        CHECK(pdf.size().first == Approx(row.side).margin(0.05));
        CHECK(pdf.size(row.pages).second == Approx(row.side).margin(0.05));
    }
    CHECK(place.as("producer").get(label_of("1") + "?litres=0").status == 422);
}

TEST_CASE("labels of many containers come in one file, in order, with what their maker says") {
    Drums place;
    Json ids = Json::array();
    for (int i = 1; i <= 3; ++i)
        ids.push_back(labelled(place, "M-" + std::to_string(i), "0000020" + std::to_string(i)));
    std::reverse(ids.begin(), ids.end());
    const auto got = place.as("producer")
                         .post("/v1/container-labels", {{"containers", ids},
                                                        {"form", "L"},
                                                        {"components", "水、铬盐"},
                                                        {"harmful_components", "六价铬"},
                                                        {"precautions", "远离酸类"},
                                                        {"note", "第三车间"},
                                                        {"litres", 200}});
    REQUIRE(got.status == 200);
    const Pdf pdf{got.body};
    REQUIRE(pdf.pages() == 3);
    for (std::size_t page = 1; page <= 3; ++page) {
        CHECK(pdf.codes(page) == Drums::tag("0000020" + std::to_string(4 - page)) + "\n");
        for (const char* part : {"液态", "水、铬盐", "六价铬", "远离酸类", "第三车间"})
            CHECK(says(pdf.text(page), part));
    }
}

TEST_CASE("what has no code, is not hazardous, or is another's gets no label, each named") {
    Drums place;
    const std::string good = labelled(place, "N-1", "00000301");
    const std::string bare = place.drum("N-2");
    const std::string general =
        place.enter("producer", "/v1/containers",
                    {{"code", "N-3"}, {"tag", "G-3"}, {"waste_code", "900-001-S17"}})["id"];
    const std::string foreign = place.drum("N-4", 200, "other");
    const std::string nobody = "00000000-0000-7000-8000-000000000000";
    const auto refused =
        place.as("producer")
            .post("/v1/container-labels", {{"containers", {good, bare, general, foreign, nobody}}});
    CHECK(refused.status == 422);
    CHECK(faults_of(refused) == std::vector<std::string>{"LABEL_WITHOUT_CODE /containers/1",
                                                         "NOT_HAZARDOUS /containers/2",
                                                         "UNKNOWN_REFERENCE /containers/3",
                                                         "UNKNOWN_REFERENCE /containers/4"});
    CHECK(place.as("producer").get(label_of(bare)).json()["code"] == "LABEL_WITHOUT_CODE");
    CHECK(place.as("producer").get(label_of(general)).json()["code"] == "NOT_HAZARDOUS");
    for (const auto& id : {foreign, nobody, std::string{"1"}})
        CHECK(place.as("producer").get(label_of(id)).status == 404);
    CHECK(place.as("carrier").get(label_of(good)).status == 403);
}

TEST_CASE("two hundred containers are labelled in one file and no more, and no wrong list") {
    Drums place;
    const std::string id = labelled(place, "L-1", "00000401");
    const auto asked = [&place](const Json& body) {
        return faults_of(place.as("producer").post("/v1/container-labels", body));
    };
    place.database.sql(
        "INSERT INTO containers (id, party_id, code, tag, waste_code, made_at)"
        " SELECT gen_random_uuid(), '" +
        place.party.at("producer") +
        "', 'P-' || n, '91331100MA2E0AAA0L3360541720260228' || (20000000 + n),"
        " '336-054-17', now() FROM generate_series(1, 199) n");
    const auto page = place.read("producer", "/v1/containers?limit=200");
    Json all = Json::array();
    for (const auto& one : page["items"]) all.push_back(one["id"]);
    REQUIRE(all.size() == 200);
    const auto begun = std::chrono::steady_clock::now();
    const auto file = place.as("producer").post("/v1/container-labels", {{"containers", all}});
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begun;
    std::cout << "200 labels: " << took.count() << " ms, " << file.body.size() << " bytes\n";
    CHECK(Pdf{file.body}.pages() == 200);
    using Codes = std::vector<std::string>;
    CHECK(asked({{"containers", Json(201, id)}}) == Codes{"TOO_MANY /containers"});
    CHECK(asked({{"containers", Json::array()}}) == Codes{"TOO_SHORT /containers"});
    CHECK(asked(Json::object()) == Codes{"MISSING /containers"});
    CHECK(asked({{"containers", {id, id}}}) == Codes{"DUPLICATE /containers/1"});
    CHECK(asked({{"containers", {id, 7, "../x"}}}) ==
          Codes{"NOT_A_UUID /containers/1", "NOT_A_UUID /containers/2"});
    CHECK(asked({{"containers", {id}}, {"note", std::string(10'000, 'x')}, {"litres", -1}}) ==
          Codes{"OUT_OF_RANGE /litres", "TOO_LONG /note"});
    CHECK(asked({{"containers", {id}},
                 {"note",
                  "a\x01"
                  "b"}}) == Codes{"CONTROL_CHARACTER /note"});
    CHECK(asked({{"containers", {id}},
                 {"note",
                  "a\u202e"
                  "b"}}) == Codes{"INVISIBLE_CHARACTER /note"});
}

TEST_CASE("a label shows what an earlier time let in as a mark, and never beyond its place") {
    Drums place;
    const std::string id = labelled(place, "C-1", "00000501");
    place.database.sql("UPDATE containers SET waste_name = E'A\\u202EB\\u0007C' WHERE id = '" + id +
                       "'");
    place.database.sql("ALTER TABLE parties DROP CONSTRAINT parties_name_check");
    place.database.sql("UPDATE parties SET name = repeat('名', 10000) || '<b>' WHERE id = '" +
                       place.party.at("producer") + "'");
    const Pdf pdf{place.as("producer").get(label_of(id)).body};
    const std::string text = pdf.text();
    CHECK(says(text,
               "A\xef\xbf\xbd"
               "B\xef\xbf\xbd"
               "C"));
    CHECK(says(text, "…"));
    CHECK(pdf.codes() == Drums::tag("00000501") + "\n");
    for (const Word& word : pdf.words()) {
        CHECK(word.right <= 150);
        CHECK(word.bottom <= 150);
    }
    CHECK(overlapping(pdf.words()).empty());
}

}  // namespace
