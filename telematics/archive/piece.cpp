#include "telematics/archive/piece.hpp"

#include "telematics/archive/numbers.hpp"

#include <algorithm>
#include <limits>

namespace liuhen::telematics::archive {
namespace {

constexpr std::uint64_t version = 1;
/// Which rows of a column hold a number; stored, never renumber them.
enum class Held : std::uint8_t { none, all, some };
/// Leading bytes of additional items that are columns of their own; the rest is as it was.
constexpr std::size_t byte_columns = 48;

using Numbers = std::vector<std::int64_t>;

// ---- Whole numbers, some of which may be null ----

// What a null stands for is its neighbour: that costs least.
void put_column(BitWriter& out, const std::vector<std::optional<std::int64_t>>& column) {
    const auto nulls = std::ranges::count_if(column, [](const auto& v) { return !v; });
    if (nulls == static_cast<std::ptrdiff_t>(column.size())) {
        out.put(static_cast<std::uint64_t>(Held::none), 2);
        return;
    }
    out.put(static_cast<std::uint64_t>(nulls == 0 ? Held::all : Held::some), 2);
    Numbers held, numbers;
    std::int64_t last = **std::ranges::find_if(column, [](const auto& v) { return v.has_value(); });
    for (const auto& v : column) {
        held.push_back(v ? 1 : 0);
        last = v.value_or(last);
        numbers.push_back(last);
    }
    if (nulls != 0) put_numbers(out, held);
    put_numbers(out, numbers);
}

std::vector<std::optional<std::int64_t>> get_column(BitReader& in, std::size_t count) {
    std::vector<std::optional<std::int64_t>> column(count);
    const auto held = static_cast<Held>(in.get(2));
    if (held == Held::none) return column;
    const Numbers mask = held == Held::all ? Numbers(count, 1) : get_numbers(in, count);
    const Numbers numbers = get_numbers(in, count);
    for (std::size_t i = 0; i < count; ++i) {
        if (mask[i] != 0) column[i] = numbers[i];
    }
    return column;
}

// Receipt follows the device's own time by a little.
std::int64_t stored(const Row& row, std::size_t c) {
    const bool received = c == static_cast<std::size_t>(Column::received_at);
    return *row.numbers.at(c) - (received ? *row[Column::at] : 0);
}

void put_all_numbers(BitWriter& out, std::span<const Row> rows) {
    for (std::size_t c = 0; c < columns; ++c) {
        std::vector<std::optional<std::int64_t>> column;
        for (const Row& row : rows) {
            column.push_back(row.numbers.at(c) ? std::optional{stored(row, c)} : std::nullopt);
        }
        put_column(out, column);
    }
}

// Columns from the first to `last`.
Columns get_columns(BitReader& in, std::size_t count, Column last) {
    Columns all;
    for (std::size_t c = 0; c <= static_cast<std::size_t>(last) && !in.failed(); ++c)
        all.push_back(get_column(in, count));
    if (in.failed()) return all;
    const auto& at = all[static_cast<std::size_t>(Column::at)];
    if (last < Column::received_at) return all;
    auto& received = all[static_cast<std::size_t>(Column::received_at)];
    for (std::size_t i = 0; i < count; ++i) {
        if (!received[i] || !at[i] || !fits(*at[i]) || !fits(*received[i])) {
            in.fail();
            return all;
        }
        *received[i] += *at[i];
    }
    return all;
}

// How many rows there are; nullopt: none that `pack` wrote.
std::optional<std::size_t> get_count(BitReader& in) {
    const bool known = in.get(8) == version;
    const auto count = static_cast<std::size_t>(in.get(16));
    if (!known || count == 0 || count > max_piece_rows) return std::nullopt;
    return count;
}

void get_all_numbers(BitReader& in, std::vector<Row>& rows) {
    const auto all = get_columns(in, rows.size(), Column::recorder_speed);
    if (in.failed()) return;
    for (std::size_t c = 0; c < columns; ++c) {
        for (std::size_t i = 0; i < rows.size(); ++i) rows[i].numbers.at(c) = all[c][i];
    }
}

// ---- Texts: each different one once ----

using Text = std::optional<std::string> Row::*;

void put_text(BitWriter& out, std::span<const Row> rows, Text text) {
    std::vector<std::string> different;
    Numbers which;  // 0: null
    for (const Row& row : rows) {
        const auto& one = row.*text;
        if (!one) {
            which.push_back(0);
            continue;
        }
        const auto found = std::ranges::find(different, *one);
        which.push_back(found - different.begin() + 1);
        if (found == different.end()) different.push_back(*one);
    }
    out.put(different.size(), 16);
    for (const auto& one : different) {
        out.put(one.size(), 16);
        for (const char c : one) out.put(static_cast<unsigned char>(c), 8);
    }
    if (!different.empty()) put_numbers(out, which);
}

void get_text(BitReader& in, std::vector<Row>& rows, Text text) {
    const auto count = in.get(16);
    std::vector<std::string> different;
    for (std::uint64_t i = 0; i < count && !in.failed(); ++i) {
        std::string one(in.get(16), '\0');
        for (char& c : one) c = static_cast<char>(in.get(8));
        different.push_back(std::move(one));
    }
    if (different.empty() || in.failed()) return;
    const Numbers which = get_numbers(in, rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto n = static_cast<std::uint64_t>(which[i]);
        if (n > different.size()) return in.fail();
        if (n > 0) rows[i].*text = different[n - 1];
    }
}

// ---- Additional items: the nth byte of each row is a column ----

std::size_t longest(std::span<const Row> rows) {
    std::size_t bytes = 0;
    for (const Row& row : rows) bytes = std::max(bytes, row.raw ? row.raw->size() : 0);
    return bytes;
}

void put_raw(BitWriter& out, std::span<const Row> rows) {
    Numbers lengths;  // 0: null, otherwise one more
    for (const Row& row : rows)
        lengths.push_back(row.raw ? static_cast<std::int64_t>(row.raw->size()) + 1 : 0);
    put_numbers(out, lengths);
    for (std::size_t n = 0; n < std::min(longest(rows), byte_columns); ++n) {
        Numbers column;
        for (const Row& row : rows) {
            const bool has = row.raw && row.raw->size() > n;
            const auto last = column.empty() ? 0 : column.back();
            column.push_back(has ? std::to_integer<std::int64_t>((*row.raw)[n]) : last);
        }
        put_numbers(out, column);
    }
    for (const Row& row : rows) {
        for (std::size_t n = byte_columns; row.raw && n < row.raw->size(); ++n)
            out.put(std::to_integer<std::uint64_t>((*row.raw)[n]), 8);
    }
}

void get_raw(BitReader& in, std::vector<Row>& rows) {
    const Numbers lengths = get_numbers(in, rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (lengths[i] < 0 || lengths[i] > static_cast<std::int64_t>(max_raw_bytes) + 1)
            return in.fail();
        if (lengths[i] > 0) rows[i].raw.emplace(static_cast<std::size_t>(lengths[i] - 1));
    }
    for (std::size_t n = 0; n < std::min(longest(rows), byte_columns) && !in.failed(); ++n) {
        const Numbers column = get_numbers(in, rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (column[i] < 0 || column[i] > 255) return in.fail();
            if (rows[i].raw && rows[i].raw->size() > n)
                (*rows[i].raw)[n] = static_cast<std::byte>(column[i]);
        }
    }
    for (Row& row : rows) {
        for (std::size_t n = byte_columns; row.raw && n < row.raw->size() && !in.failed(); ++n)
            (*row.raw)[n] = static_cast<std::byte>(in.get(8));
    }
}

// ---- Hashes: only those that the row itself does not tell ----

void put_hashes(BitWriter& out, std::span<const Row> rows) {
    Numbers told;
    for (const Row& row : rows) told.push_back(derived_hash(row) == row.hash ? 0 : 1);
    put_numbers(out, told);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (told[i] != 0) out.put(static_cast<std::uint64_t>(rows[i].hash), 64);
    }
}

void get_hashes(BitReader& in, std::vector<Row>& rows) {
    const Numbers told = get_numbers(in, rows.size());
    for (std::size_t i = 0; i < rows.size() && !in.failed(); ++i) {
        const auto derived = told[i] == 0 ? derived_hash(rows[i]) : std::nullopt;
        if (told[i] == 0 && !derived) return in.fail();
        rows[i].hash = derived ? *derived : static_cast<std::int64_t>(in.get(64));
    }
}

std::optional<Fault> fault_of(const Row& row) {
    if (!row[Column::at] || !row[Column::received_at]) return Fault::no_time;
    const auto too_long = [](const std::optional<std::string>& text) {
        return text && text->size() > max_text_bytes;
    };
    const bool numbers = std::ranges::all_of(
        row.numbers, [](const auto& v) { return !v || (fits(*v) && fits(*v * 2)); });
    const bool raw = !row.raw || row.raw->size() <= max_raw_bytes;
    if (!numbers || !raw || too_long(row.lock_number) || too_long(row.actor))
        return Fault::too_large;
    return std::nullopt;
}

}  // namespace

Result<std::vector<std::byte>, Fault> pack(std::span<const Row> rows) {
    if (rows.empty()) return fail(Fault::empty);
    if (rows.size() > max_piece_rows) return fail(Fault::too_many);
    for (const Row& row : rows) {
        if (const auto fault = fault_of(row)) return fail(*fault);
    }
    BitWriter out;
    out.put(version, 8);
    out.put(rows.size(), 16);
    put_all_numbers(out, rows);
    put_text(out, rows, &Row::lock_number);
    put_text(out, rows, &Row::actor);
    put_raw(out, rows);
    put_hashes(out, rows);
    return out.take();
}

Result<std::vector<Row>, Fault> unpack(std::span<const std::byte> packed) {
    BitReader in{packed};
    const auto count = get_count(in);
    if (!count) return fail(Fault::damaged);
    std::vector<Row> rows(*count);
    get_all_numbers(in, rows);
    if (!in.failed()) get_text(in, rows, &Row::lock_number);
    if (!in.failed()) get_text(in, rows, &Row::actor);
    if (!in.failed()) get_raw(in, rows);
    if (!in.failed()) get_hashes(in, rows);
    if (in.failed() || in.left() >= 8) return fail(Fault::damaged);
    return rows;
}

Result<Columns, Fault> unpack_columns(std::span<const std::byte> packed, Column last) {
    BitReader in{packed};
    const auto count = get_count(in);
    if (!count) return fail(Fault::damaged);
    auto all = get_columns(in, *count, last);
    if (in.failed()) return fail(Fault::damaged);
    return all;
}

}  // namespace liuhen::telematics::archive
