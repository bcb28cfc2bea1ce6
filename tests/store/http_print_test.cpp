// Manifests on paper, over HTTP.
#include "server/print_shop.hpp"
#include "tests/support/pdf.hpp"
#include "tests/support/valley_trip.hpp"

#include <algorithm>
#include <thread>

namespace {

using namespace liuhen;
using namespace liuhen::test;

Valley& valley() {
    static Valley one;
    return one;
}

std::string print_of(const std::string& id) { return "/v1/manifests/" + id + "/print"; }

TEST_CASE("a manifest is printed for whoever sees it, with what its version says") {
    const auto filed = submitted(valley(), valley().filing());
    const std::string id = filed["id"], no = filed["no"];
    for (const char* role : {"producer", "carrier", "receiver", "regulator", "operator"}) {
        INFO(role);
        const auto got = valley().as(role).get(print_of(id));
        REQUIRE(got.status == 200);
        CHECK(got.header("content-type") == "application/pdf");
        CHECK(got.header("content-disposition") == "inline; filename=\"" + no + ".pdf\"");
        const Pdf pdf{got.body};
        const std::string text = pdf.text();
        CHECK(text.find("危险废物转移联单联单编号：" + no) != std::string::npos);
        CHECK(text.find("已提交") != std::string::npos);
        CHECK(text.find("336-054-17") != std::string::npos);
    }
}

TEST_CASE("the code of a print opens a page, and says the number and the record's hash") {
    const auto filed = submitted(valley(), valley().filing());
    const std::string id = filed["id"];
    const auto records = valley().as("producer").get("/v1/manifests/" + id + "/history").json();
    const auto& newest = records["items"].back();
    CHECK(newest["version"] == filed["version"]);
    const Pdf pdf{valley().as("producer").get(print_of(id)).body};
    const std::string said = pdf.codes();
    CHECK(said.starts_with("http://localhost/r/"));
    CHECK(said.ends_with("#no=" + filed["no"].get<std::string>() +
                         "&sha256=" + newest["sha256"].get<std::string>() + "\n"));
    CHECK(pdf.text().find("二维码有效至") != std::string::npos);
}

TEST_CASE("without a secret key a print's code leads to its version, for callers with a token") {
    const auto filed = submitted(valley(), valley().filing());
    const std::string id = filed["id"];
    const HttpHouse bare{valley().database.conninfo(), [](auto& front) { front.vault = nullptr; }};
    const auto web = bare.web(valley().tokens.at("producer"));
    CHECK(web.get("/v1/manifests/" + id + "/roadside-code").json()["code"] == "SECRET_KEY_MISSING");
    const Pdf pdf{web.get(print_of(id)).body};
    CHECK(pdf.codes().starts_with("http://localhost/v1/manifests/" + id + "/versions/" +
                                  filed["version"].dump() + "#no="));
    CHECK(pdf.text().find("二维码有效至") == std::string::npos);
}

TEST_CASE("a version is printed in the same bytes each time, named by their hash") {
    const std::string id = valley().draft();
    const auto producer = valley().as("producer");
    const auto first = producer.get(print_of(id));
    REQUIRE(first.status == 200);
    CHECK(first.header("etag") == '"' + server::sha256_hex(first.body) + '"');
    std::this_thread::sleep_for(std::chrono::milliseconds{1'100});  // another second
    const auto again = producer.send("GET", print_of(id), "", {{"If-None-Match", "\"x\""}});
    CHECK(again.status == 200);
    CHECK(again.body == first.body);
    const auto known =
        producer.send("GET", print_of(id), "", {{"If-None-Match", first.header("etag")}});
    CHECK(known.status == 304);
    CHECK(known.body.empty());
    CHECK(Pdf{first.body}.text().find("DRAFT") != std::string::npos);
    step(valley(), "producer", id, "submit");
    const auto later = producer.get(print_of(id));
    CHECK(later.header("etag") != first.header("etag"));
    CHECK(Pdf{later.body}.text().find("DRAFT") == std::string::npos);
}

TEST_CASE("no print is made of what the caller may not see, or asks for in other words") {
    const std::string id = valley().draft();
    for (const char* role : {"other", "carrier", "regulator"})
        CHECK(valley().as(role).get(print_of(id)).status == 404);
    const auto producer = valley().as("producer");
    CHECK(producer.get(print_of("00000000-0000-7000-8000-000000000000")).status == 404);
    CHECK(producer.get(print_of("1")).status == 404);
    const auto refused = producer.get(print_of(id) + "?paper=A5");
    CHECK(refused.status == 422);
    CHECK(faults_of(refused) == std::vector<std::string>{"UNKNOWN_FIELD ?paper"});
}

TEST_CASE("an address that no code holds is refused before anything is printed") {
    const std::string host(300, 'h');
    const auto reply = valley().house.web().raw("GET " + print_of(valley().draft()) +
                                                " HTTP/1.1\r\nHost: " + host +
                                                "\r\nConnection: close\r\nAuthorization: Bearer " +
                                                valley().tokens.at("producer") + "\r\n\r\n");
    CHECK(reply.status == 400);
    CHECK(reply.json()["code"] == "HOST_TOO_LONG");
}

TEST_CASE("who asks for a print when too many wait is told when to come again") {
    const std::string id = valley().draft();
    constexpr std::size_t askers = 6 * server::PrintShop::max_waiting;
    std::vector<WebReply> replies(askers);
    std::vector<std::thread> threads;
    for (auto& reply : replies) {
        threads.emplace_back([&reply, &id] { reply = valley().as("producer").get(print_of(id)); });
    }
    for (auto& thread : threads) thread.join();
    const auto with_status = [&replies](int status) {
        return std::ranges::count(replies, status, &WebReply::status);
    };
    CHECK(with_status(200) >= long{server::PrintShop::max_of_one});
    CHECK(with_status(503) > 0);
    CHECK(with_status(200) + with_status(503) == long{askers});
    for (const auto& reply : replies) {
        if (reply.status != 503) continue;
        CHECK(reply.json()["code"] == "BUSY");
        CHECK(reply.header("retry-after") == "2");
    }
    CHECK(valley().as("producer").get(print_of(id)).status == 200);
}

}  // namespace
