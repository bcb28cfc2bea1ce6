// 0x8103, 0x8104, 0x8106, 0x0104.
#include "tests/unit/telematics/jtt808_bodies.hpp"

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;
using namespace liuhen::test;

TEST_CASE("parameters are set with their own lengths, several values under one id") {
    const auto m =
        read_back<SetParameters>("03 00000001 04 0000001e 00000040 03 313130 00000040 03 313139");
    REQUIRE(m.parameters.size() == 3);
    CHECK(number_in(m.parameters[0]) == 30U);
    CHECK(to_hex(m.parameters[2].value) == "313139");
    CHECK(m.layout == Layout::v2013);
}

TEST_CASE("parameters of 2011 have a second count") {
    const auto m = read_back<SetParameters>("05 01 00000001 04 0000001e");
    CHECK(m.layout == Layout::v2011);
    CHECK(m.total == 5);
    CHECK(m.parameters.size() == 1);
    const auto reply = read_back<ParametersReply>("0007 05 01 00000001 04 0000001e");
    CHECK(reply.serial == 7);
    CHECK(reply.layout == Layout::v2011);
}

TEST_CASE("a parameter whose length runs past the end is refused") {
    CHECK(fault<SetParameters>("01 00000001 05 0000001e") == Fault::truncated);
    CHECK(fault<ParametersReply>("0007 02 00000001 04 0000001e") == Fault::truncated);
}

TEST_CASE("what stands behind the announced parameters is kept") {
    const auto m = read_back<ParametersReply>("0007 01 00000001 04 0000001e ffffffffff");
    CHECK(to_hex(m.tail) == "ffffffffff");
}

TEST_CASE("a query names its parameters and the query for all is empty") {
    CHECK(read_back<QueryParameters>("02 00000013 00000029").ids ==
          std::vector<std::uint32_t>{0x13, 0x29});
    read_back<QueryAllParameters>("");
    CHECK(fault<QueryAllParameters>("00") == Fault::trailing_bytes);
}

TEST_CASE("the standard's parameters are known by name, vendors' are not") {
    REQUIRE(find_parameter(0x0013) != nullptr);
    CHECK(find_parameter(0x0013)->name == "main_server");
    CHECK(find_parameter(0x0013)->form == ParameterForm::text);
    CHECK(find_parameter(0xF364) == nullptr);
}

TEST_CASE("a value without bytes or wider than four is no number") {
    CHECK_FALSE(number_in({.id = 1, .value = {}}));
    CHECK_FALSE(number_in({.id = 1, .value = Bytes(5)}));
    CHECK(number_in({.id = 0x84, .value = Bytes(1, std::byte{2})}) == 2U);
}
