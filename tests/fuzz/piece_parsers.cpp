// Packed hours of the past: read from a database that somebody may have damaged.
#include "telematics/archive/piece.hpp"
#include "tests/fuzz/parsers.hpp"

namespace liuhen::test {

using namespace telematics;

void parse_piece(ByteView input) {
    const auto rows = archive::unpack(input);
    const auto leading = archive::unpack_columns(input, archive::Column::source);
    if (!rows) return;
    require(leading && leading->front().size() == rows->size(), "the leading columns read too");
    require(!rows->empty() && rows->size() <= archive::max_piece_rows, "a piece has its limits");
    const auto again = archive::pack(*rows);  // a text may be longer than any that is packed
    if (again) require(archive::unpack(*again) == *rows, "what is packed comes back");
}

Seeds piece_seeds() {
    Seeds seeds;
    for (const int count : {1, 3, 40}) {
        std::vector<archive::Row> rows(static_cast<std::size_t>(count));
        for (int i = 0; i < count; ++i) {
            auto& row = rows[static_cast<std::size_t>(i)];
            row[archive::Column::at] = 1'772'366'400'000 + i * 10'000;
            row[archive::Column::received_at] = 1'772'366'400'500 + i * 10'000;
            row[archive::Column::lat] = 281'234'560 + i * 900;
            row[archive::Column::lon] = 1'196'000'000 - i * i * 70;
            if (i % 2 == 0) row.lock_number = "8531000042";
            row.raw = Bytes(static_cast<std::size_t>(i % 60), std::byte{0x31});
        }
        seeds.push_back(archive::pack(rows).value_or(Bytes{}));
    }
    return seeds;
}

}  // namespace liuhen::test
