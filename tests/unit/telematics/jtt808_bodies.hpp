// Short ways to read and write bodies in the tests of the message families.
#pragma once

#include "telematics/jtt808/catalogue.hpp"
#include "telematics/text.hpp"

#include <catch2/catch.hpp>

namespace liuhen::test {

using telematics::jtt808::Edition;

template <class T>
T read(std::string_view hex, Edition edition = Edition::v2013) {
    const auto message = telematics::jtt808::decode(T::id, edition, *telematics::from_hex(hex));
    REQUIRE(message);
    return std::get<T>(*message);
}
inline std::string written(const telematics::jtt808::Message& message,
                           Edition edition = Edition::v2013) {
    return telematics::to_hex(telematics::jtt808::encode(message, edition));
}
/// Reads a body and checks that it is written to the same bytes.
template <class T>
T read_back(std::string_view hex, Edition edition = Edition::v2013) {
    T message = read<T>(hex, edition);
    CHECK(written(message, edition) == telematics::to_hex(*telematics::from_hex(hex)));
    return message;
}
template <class T>
telematics::Fault fault(std::string_view hex, Edition edition = Edition::v2013) {
    const auto message = telematics::jtt808::decode(T::id, edition, *telematics::from_hex(hex));
    REQUIRE_FALSE(message);
    return message.error();
}

}  // namespace liuhen::test
