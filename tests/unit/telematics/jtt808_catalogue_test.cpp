#include "telematics/jtt808/catalogue.hpp"
#include "telematics/text.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;

namespace {

template <class T>
T read(std::string_view hex, Edition edition = Edition::v2013) {
    return std::get<T>(*decode(T::id, edition, *from_hex(hex)));
}
std::string written(const Message& message, Edition edition = Edition::v2013) {
    return to_hex(encode(message, edition));
}

// 2011: maker 5, model 8 filled with spaces, id 7.
const std::string register_2011 =
    "0021"
    "044c"
    "3730313131"
    "4d2d303120202020"
    "30303030303031"
    "02"
    "d5e34b3132333435";
const std::string register_2013 =
    "0021"
    "044c"
    "3730313131"
    "4d2d3031"
    "00000000000000000000000000000000"
    "30303030303031"
    "02"
    "d5e34b3132333435";
const std::string register_2019 =
    "0021"
    "044c"
    "3730313131000000000000"
    "0000000000000000000000000000000000000000000000000000"
    "4d2d3031"
    "30303030303031"
    "0000000000000000000000000000000000000000000000"
    "02"
    "d5e34b3132333435";

}  // namespace

TEST_CASE("every row of the catalogue is found by its id") {
    for (const CatalogueRow& row : catalogue()) CHECK(find_row(row.id) == &row);
    CHECK(find_row(0x0F00) == nullptr);
}

TEST_CASE("general replies are read and written") {
    const PlatformReply reply = read<PlatformReply>("007b020003");
    CHECK(reply.serial == 0x7b);
    CHECK(reply.message == 0x0200);
    CHECK(reply.outcome == Outcome::unsupported);
    CHECK(written(reply) == "007b020003");
    CHECK(written(read<TerminalReply>("007b810500")) == "007b810500");
}

TEST_CASE("a registration is read in the widths of its edition") {
    const auto check = [](const Register& m, RegisterLayout layout) {
        CHECK(m.layout == layout);
        CHECK(m.province == 33);
        CHECK(m.city == 1100);
        CHECK(m.maker == "70111");
        CHECK(m.model == "M-01");
        CHECK(m.terminal == "0000001");
        CHECK(m.plate_colour == 2);
        CHECK(m.plate == "浙K12345");
    };
    check(read<Register>(register_2011), RegisterLayout::v2011);
    check(read<Register>(register_2013), RegisterLayout::v2013);
    check(read<Register>(register_2019, Edition::v2019), RegisterLayout::v2019);
    check(read<Register>(register_2013, Edition::v2019), RegisterLayout::v2013);
}

TEST_CASE("a registration is written in the padding of its edition") {
    CHECK(written(read<Register>(register_2011)) == register_2011);
    CHECK(written(read<Register>(register_2013)) == register_2013);
    CHECK(written(read<Register>(register_2019, Edition::v2019), Edition::v2019) == register_2019);
}

TEST_CASE("a long chassis number does not make a 2011 registration one of 2013") {
    Register m = read<Register>(register_2011);
    m.plate_colour = 0;
    m.plate = "LZZ5CLVB8NA123456";
    CHECK(read<Register>(written(m)) == m);
}

TEST_CASE("an authentication of 2013 is nothing but the code") {
    CHECK(read<Authenticate>("6c697568656e3031").code == "liuhen01");
    CHECK(read<Authenticate>("6c697568656e303100").code == "liuhen01");
    CHECK(written(Authenticate{.code = "liuhen01", .imei = {}, .software = {}}) ==
          "6c697568656e3031");
}

TEST_CASE("an authentication of 2019 has code, IMEI and software") {
    const std::string body =
        "086c697568656e3031"
        "313233343536373839303132333435"
        "332e372e3135"
        "0000000000000000000000000000";
    const auto m = read<Authenticate>(body, Edition::v2019);
    CHECK(m.code == "liuhen01");
    CHECK(m.imei == "123456789012345");
    CHECK(m.software == "3.7.15");
    CHECK(written(m, Edition::v2019) == body);
}

TEST_CASE("an authentication of the old form under a new header is the code") {
    CHECK(read<Authenticate>("6c697568656e3031", Edition::v2019).code == "liuhen01");
}

TEST_CASE("the number of missing parts is a byte in 2013 and a word in 2019") {
    CHECK(read<PlatformMissingParts>("006f0200030004").indexes == std::vector<std::uint16_t>{3, 4});
    const auto m = read<TerminalMissingParts>("006f000200030004", Edition::v2019);
    CHECK(m.first_serial == 0x6f);
    CHECK(m.indexes == std::vector<std::uint16_t>{3, 4});
    CHECK(written(m) == "006f0200030004");
    CHECK(written(m, Edition::v2019) == "006f000200030004");
}

TEST_CASE("a refused registration has no code") {
    CHECK(written(RegisterReply{.serial = 1, .result = Registration::done, .code = "ab"}) ==
          "0001006162");
    CHECK(written(RegisterReply{
              .serial = 1, .result = Registration::no_such_terminal, .code = "ab"}) == "000104");
}

TEST_CASE("the misprinted number of unregister is read as unregister") {
    CHECK(std::holds_alternative<Unregister>(*decode(0x0101, Edition::v2013, {})));
}

TEST_CASE("the heartbeat of no edition is read as a heartbeat") {
    const auto m = *decode(0x0506, Edition::v2013, *from_hex("4f"));
    CHECK(to_hex(std::get<Heartbeat>(m).extra) == "4f");
}

TEST_CASE("a body that ends early or late is refused") {
    CHECK(decode(0x8001, Edition::v2013, *from_hex("007b0200")).error() == Fault::truncated);
    CHECK(decode(0x8001, Edition::v2013, *from_hex("007b02000300")).error() ==
          Fault::trailing_bytes);
    CHECK(decode(0x0003, Edition::v2013, *from_hex("00")).error() == Fault::trailing_bytes);
    CHECK(decode(0x0100, Edition::v2013, *from_hex("0000")).error() == Fault::truncated);
}

TEST_CASE("a message without a row keeps its bytes") {
    const auto m = *decode(0x0F00, Edition::v2013, *from_hex("f0aabb"));
    CHECK(id_of(m) == 0x0F00);
    CHECK(written(m) == "f0aabb");
}
