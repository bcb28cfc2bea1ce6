#include "telematics/bytes.hpp"

#include "telematics/text.hpp"

#include <catch2/catch.hpp>

using namespace liuhen::telematics;

TEST_CASE("numbers are read big-endian in the order they were written") {
    Writer w;
    w.u8(0x01).u16(0x0203).u32(0x04050607).i16(-2);
    const Bytes bytes = w.finish();
    CHECK(to_hex(bytes) == "01020304050607fffe");
    Reader r{bytes};
    CHECK(r.u8() == 0x01);
    CHECK(r.u16() == 0x0203);
    CHECK(r.u32() == 0x04050607);
    CHECK(r.i16() == -2);
    CHECK(r.ok());
    CHECK(r.remaining() == 0);
}

TEST_CASE("a reader that went past the end yields zeros and stays bad") {
    const Bytes bytes{std::byte{1}, std::byte{2}, std::byte{3}};
    Reader r{bytes};
    CHECK(r.u32() == 0);
    CHECK_FALSE(r.ok());
    CHECK(r.u8() == 0);
    CHECK(r.rest().empty());
    CHECK_FALSE(r.ok());
}

TEST_CASE("taking nothing at the end is no fault") {
    Reader r{ByteView{}};
    CHECK(r.take(0).empty());
    CHECK(r.rest().empty());
    CHECK(r.ok());
}

TEST_CASE("rest hands out what is left and ends the reading") {
    const Bytes bytes{std::byte{1}, std::byte{2}, std::byte{3}};
    Reader r{bytes};
    r.u8();
    CHECK(to_hex(r.rest()) == "0203");
    CHECK(r.remaining() == 0);
    CHECK(r.ok());
}

TEST_CASE("padded text is cut or filled to its width") {
    Writer w;
    w.padded(bytes_of("ab"), 4)
        .padded(bytes_of("abcdef"), 3)
        .padded(bytes_of(""), 2, std::byte{' '});
    CHECK(to_hex(w.view()) ==
          "61620000"
          "616263"
          "2020");
}
