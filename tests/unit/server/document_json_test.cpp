#include "server/json/document_json.hpp"

#include "telematics/jtt808/catalogue.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace liuhen;
using namespace liuhen::server;
using namespace liuhen::telematics::jtt808;
using nlohmann::json;

namespace {

telematics::Document document_of(const Message& message, std::uint16_t id, bool edition_2019) {
    telematics::Document document;
    document.message = id;
    document.edition_2019 = edition_2019;
    document.body = encode(message, edition_2019 ? Edition::v2019 : Edition::v2013);
    return document;
}

}  // namespace

TEST_CASE("a waybill is kept as readable text") {
    const Waybill waybill{.content = "联单 20263311000001"};
    const auto content = json::parse(content_of(document_of(waybill, Waybill::id, false)));
    CHECK(content["content"] == "联单 20263311000001");
}

TEST_CASE("a zero inside a text does not keep the database from taking it") {
    telematics::Document document;
    document.message = Waybill::id;
    for (const int byte : {0x00, 0x00, 0x00, 0x03, 0x61, 0x00, 0x62})
        document.body.push_back(std::byte(byte));
    CHECK(json::parse(content_of(document))["content"] ==
          "a\xef\xbf\xbd"
          "b");
}

TEST_CASE("an identity number is cut to its end before it is stored") {
    DriverCard card;
    card.layout = Layout::v2019;
    card.state = 1;
    card.reading = CardReading{.result = 0, .holder = CardHolder{}};
    card.reading->holder->name = "王军";
    card.reading->holder->certificate = "330102199001011234";
    card.identity = "330102199001015678";
    const auto content = json::parse(content_of(document_of(card, DriverCard::id, true)));
    CHECK(content["driver"] == "王军");
    CHECK(content["identity"] == "**************5678");
    CHECK(content["certificate"] == "330102199001011234");
}

TEST_CASE("passwords among parameters are not shown, the others are") {
    ParametersReply list;
    list.parameters = {{.id = 0x0010, .value = {std::byte{'a'}}},
                       {.id = 0x0012, .value = {std::byte{'s'}, std::byte{'3'}}}};
    const auto text = content_of(document_of(list, ParametersReply::id, false));
    CHECK(text.find("***") != std::string::npos);
    CHECK(text.find("s3") == std::string::npos);
    CHECK(text.find("7333") == std::string::npos);
    CHECK(text.find("\"61\"") != std::string::npos);
}

TEST_CASE("a body that cannot be read has no content") {
    telematics::Document document;
    document.message = DriverCard::id;
    document.body = {std::byte{1}};
    CHECK(content_of(document).empty());
}

TEST_CASE("numbers are masked but for their end") {
    CHECK(masked("330102199001011234") == "**************1234");
    CHECK(masked("123456") == "******");
    CHECK(masked("") == "");
    CHECK(masked("1234567王") == "**********");  // no character is cut in half
}

TEST_CASE("a manifest's number is a run of exactly fourteen digits") {
    using List = std::vector<std::string>;
    CHECK(manifest_numbers_in("NO.20263311000001;") == List{"20263311000001"});
    CHECK(manifest_numbers_in("202633110000012").empty());
    CHECK(manifest_numbers_in("2026331100000").empty());
    CHECK(manifest_numbers_in("20263311000001 20263311000002") ==
          List{"20263311000001", "20263311000002"});
    CHECK(manifest_numbers_in("").empty());
    std::string many;
    for (int i = 0; i < 40; ++i) many += "20263311000001 ";
    CHECK(manifest_numbers_in(many).size() == 10);
}
