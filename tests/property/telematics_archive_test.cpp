// The cold form: whatever is packed comes back bit for bit, and no bytes do harm.
#include "base/hash.hpp"
#include "base/time.hpp"
#include "telematics/archive/numbers.hpp"
#include "telematics/archive/piece.hpp"
#include "telematics/bytes.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <bit>
#include <cmath>
#include <limits>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::archive;

namespace {

std::int64_t any_number() {
    const int bits = *rc::gen::inRange(1, 58);
    return *rc::gen::inRange<std::int64_t>(-(std::int64_t{1} << bits), std::int64_t{1} << bits);
}

std::vector<std::byte> any_bytes(int most) {
    std::vector<std::byte> bytes(static_cast<std::size_t>(*rc::gen::inRange(0, most)));
    for (auto& b : bytes) b = static_cast<std::byte>(*rc::gen::inRange(0, 256));
    return bytes;
}

// Any field may be anything or null.
Row wild_row() {
    Row row;
    for (auto& number : row.numbers) {
        if (*rc::gen::inRange(0, 3) > 0) number = any_number();
    }
    row[Column::at] = any_number();
    row[Column::received_at] = any_number();
    if (*rc::gen::inRange(0, 2) == 1) row.lock_number = *rc::gen::string<std::string>();
    if (*rc::gen::inRange(0, 3) == 1) row.actor = "张三";
    if (*rc::gen::inRange(0, 3) > 0) row.raw = any_bytes(70);
    row.hash = *rc::gen::arbitrary<std::int64_t>();
    return row;
}

// The body of a position report as a terminal sends it, and the row that it becomes.
Row report_row(std::int64_t at_ms, std::int32_t lat_udeg, std::int32_t lon_udeg,
               std::uint16_t tenths, const std::vector<std::byte>& items) {
    Row row;
    row[Column::at] = at_ms;
    row[Column::received_at] = at_ms + 700;
    row[Column::kind] = 1;
    row[Column::message] = 0x0200;
    row[Column::flags] = 0;
    row[Column::alarm] = 0;
    row[Column::status] = 3;
    row[Column::lat] = std::int64_t{lat_udeg} * 10;
    row[Column::lon] = std::int64_t{lon_udeg} * 10;
    row[Column::speed] = (std::int64_t{tenths} * 25 + 4) / 9;
    row[Column::heading] = 271;
    row[Column::altitude] = -12;
    row.raw = items;
    Writer w;
    w.u32(0).u32(3).u32(static_cast<std::uint32_t>(lat_udeg));
    w.u32(static_cast<std::uint32_t>(lon_udeg)).u16(0xFFF4).u16(tenths).u16(271);
    for (const int digit : {0x26, 0x03, 0x01, 0x20, 0x00}) w.u8(static_cast<std::uint8_t>(digit));
    w.u8(static_cast<std::uint8_t>(at_ms / 1000 % 10)).put(items);
    row.hash = std::bit_cast<std::int64_t>(hash64(w.view()));
    return row;
}

const std::int64_t noon = parse_iso("2026-03-01T12:00:00Z")->time_since_epoch().count();

}  // namespace

TEST_CASE("columns of numbers come back whatever they are") {
    CHECK(rc::check([] {
        std::vector<std::int64_t> column(static_cast<std::size_t>(*rc::gen::inRange(1, 200)));
        const int kind = *rc::gen::inRange(0, 4);
        std::int64_t last = any_number() / 1000, step = 0;
        for (auto& v : column) {
            if (kind == 0) v = any_number();
            if (kind == 1) v = 42;
            if (kind > 1) step += *rc::gen::inRange(-3, 4);
            if (kind > 1) v = last += step * (kind == 2 ? 1 : 10);
        }
        BitWriter out;
        put_numbers(out, column);
        const auto bytes = out.take();
        BitReader in{bytes};
        RC_ASSERT(get_numbers(in, column.size()) == column);
        RC_ASSERT(!in.failed());
        RC_ASSERT(in.left() < 8U);
    }));
}

TEST_CASE("every tenth of a km/h comes back as the hundredths of m/s that it was stored as") {
    std::vector<std::int64_t> column;
    for (std::int64_t tenths = 0; tenths <= 0xFFFF; ++tenths) {
        column.push_back(std::llround(static_cast<double>(tenths) / 0.36));
        if (column.size() < 4096) continue;
        BitWriter out;
        put_numbers(out, column);
        const auto bytes = out.take();
        CHECK(bytes.size() < 100);  // steps of one: nothing is left
        BitReader in{bytes};
        CHECK(get_numbers(in, column.size()) == column);
        column.clear();
    }
}

TEST_CASE("rows of any kind come back bit for bit") {
    CHECK(rc::check([] {
        std::vector<Row> rows;
        const int count = *rc::gen::inRange(1, 40);
        for (int i = 0; i < count; ++i) rows.push_back(wild_row());
        const auto packed = pack(rows);
        RC_ASSERT(packed.has_value());
        const auto back = unpack(*packed);
        RC_ASSERT(back.has_value());
        RC_ASSERT(*back == rows);
        const auto last = *rc::gen::inRange<std::size_t>(0, columns);
        const auto leading = unpack_columns(*packed, static_cast<Column>(last));
        RC_ASSERT(leading.has_value());
        RC_ASSERT(leading->size() == last + 1);
        for (std::size_t c = 0; c <= last; ++c) {
            for (std::size_t i = 0; i < rows.size(); ++i)
                RC_ASSERT((*leading)[c][i] == rows[i].numbers.at(c));
        }
    }));
}

TEST_CASE("a report's own hash takes no room, another is kept") {
    const std::vector<std::byte> items{std::byte{0x31}, std::byte{1}, std::byte{9}};
    std::vector<Row> rows;
    for (int i = 0; i < 10; ++i)
        rows.push_back(report_row(noon + i * 1000, 28'123'456 + i * 90, 119'600'000 - i * 70,
                                  static_cast<std::uint16_t>(530 + i), items));
    for (const Row& row : rows) CHECK(derived_hash(row) == row.hash);
    const auto light = pack(rows);
    rows[4].hash ^= 1;
    const auto heavy = pack(rows);
    REQUIRE((light && heavy));
    CHECK(heavy->size() >= light->size() + 8);
    CHECK(*unpack(*heavy) == rows);
    rows[4][Column::kind] = 2;
    CHECK(!derived_hash(rows[4]));
}

TEST_CASE("standing still costs next to nothing") {
    std::vector<Row> rows;
    for (int i = 0; i < 3600; ++i) rows.push_back(report_row(noon, 28'123'456, 119'600'000, 0, {}));
    for (int i = 0; i < 3600; ++i) {
        rows[static_cast<std::size_t>(i)][Column::at] = noon + i * 1000;
        rows[static_cast<std::size_t>(i)][Column::received_at] = noon + i * 1000 + 700;
        rows[static_cast<std::size_t>(i)].hash = *derived_hash(rows[static_cast<std::size_t>(i)]);
    }
    const auto packed = pack(rows);
    REQUIRE(packed);
    CHECK(packed->size() < 300);
    CHECK(*unpack(*packed) == rows);
}

TEST_CASE("what cannot be packed is said, and nothing is lost in silence") {
    CHECK(pack({}).error() == archive::Fault::empty);
    Row row = report_row(noon, 1, 1, 1, {});
    CHECK(pack(std::vector<Row>(max_piece_rows + 1, row)).error() == archive::Fault::too_many);
    CHECK(pack(std::vector<Row>(max_piece_rows, row)));
    Row large = row;
    large[Column::mass] = std::numeric_limits<std::int64_t>::max();
    CHECK(pack(std::vector<Row>{large}).error() == archive::Fault::too_large);
    Row timeless = row;
    timeless[Column::at].reset();
    CHECK(pack(std::vector<Row>{timeless}).error() == archive::Fault::no_time);
    row.raw = std::vector<std::byte>(max_raw_bytes + 1);
    CHECK(pack(std::vector<Row>{row}).error() == archive::Fault::too_large);
}

TEST_CASE("cut or damaged bytes are refused or read, never more than that") {
    std::vector<Row> rows;
    for (int i = 0; i < 50; ++i)
        rows.push_back(report_row(noon + i * 1000, 28'123'456 + i * i, 119'600'000 - i, 530, {}));
    rows[7].lock_number = "8531000042";
    const auto packed = *pack(rows);
    for (std::size_t size = 0; size < packed.size(); ++size) {
        CHECK(unpack(std::span{packed}.first(size)).error() == archive::Fault::damaged);
    }
    CHECK(rc::check([&] {
        auto bytes = packed;
        for (int i = *rc::gen::inRange(1, 6); i > 0; --i)
            bytes[static_cast<std::size_t>(
                *rc::gen::inRange<int>(0, static_cast<int>(bytes.size())))] =
                static_cast<std::byte>(*rc::gen::inRange(0, 256));
        const auto back = unpack(bytes);
        RC_ASSERT(!back || back->size() <= max_piece_rows);
        const auto leading = unpack_columns(bytes, Column::source);
        RC_ASSERT(!leading || leading->size() == 13U);
        RC_ASSERT(leading || !back);  // what reads less finds no more faults
        (void)unpack(any_bytes(200));
    }));
}
