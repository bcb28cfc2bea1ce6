#include "telematics/archive/numbers.hpp"

#include <array>
#include <cstdlib>

namespace liuhen::telematics::archive {
namespace {

constexpr std::size_t group = 32;  // residuals that share a Rice parameter
constexpr unsigned all_zero = 31;  // instead of a parameter
constexpr unsigned max_parameter = 30;
constexpr unsigned longest_unary = 24;  // quotients from here on are written out

/// How a number is foreseen from those before it; stored, never renumber them.
enum class Foreseen : std::uint8_t { constant, last, line, first, count_ };

// ---- Scales: numbers of a coarser grid than their column's ----

// Tenths of km/h as hundredths of m/s, as `to_grid(from_kmh(tenths / 10))` rounds them.
constexpr std::int64_t to_centimetres(std::int64_t tenths) { return (tenths * 25 + 4) / 9; }

struct Scale {
    std::int64_t (*coarse)(std::int64_t);
    std::int64_t (*fine)(std::int64_t);
};
// Stored by their index, never renumber them.
constexpr std::array<Scale, 4> scales{{
    {[](std::int64_t v) { return v; }, [](std::int64_t v) { return v; }},
    {[](std::int64_t v) { return v / 10; }, [](std::int64_t v) { return v * 10; }},
    {[](std::int64_t v) { return v / 1000; }, [](std::int64_t v) { return v * 1000; }},
    {[](std::int64_t v) { return v < 0 ? -1 : v * 9 / 25 + (v * 9 % 25 > 12 ? 1 : 0); },
     to_centimetres},
}};

constexpr std::array<unsigned, 4> coarsest_first{2, 3, 1, 0};

bool suits(const Scale& scale, std::span<const std::int64_t> column) {
    return std::ranges::all_of(column, [&scale](std::int64_t v) {
        return std::abs(v) < std::int64_t{1} << 50U && scale.fine(scale.coarse(v)) == v;
    });
}

unsigned scale_of(std::span<const std::int64_t> column) {
    for (const unsigned one : coarsest_first) {
        if (suits(scales.at(one), column)) return one;
    }
    return 0;
}

// ---- Residuals ----

std::vector<std::uint64_t> residuals(std::span<const std::int64_t> column, Foreseen how) {
    std::vector<std::uint64_t> left;
    left.reserve(column.size());
    std::int64_t slope = 0;
    for (std::size_t i = 1; i < column.size(); ++i) {
        const std::int64_t step = column[i] - column[how == Foreseen::first ? 0 : i - 1];
        left.push_back(zigzag(how == Foreseen::line ? step - slope : step));
        slope = step;
    }
    return left;
}

std::size_t rice_bits(std::span<const std::uint64_t> some, unsigned parameter) {
    std::size_t bits = 0;
    for (const std::uint64_t one : some) {
        const auto quotient = one >> parameter;
        bits += quotient < longest_unary
                    ? quotient + 1 + parameter
                    : longest_unary + 8 + static_cast<std::size_t>(std::bit_width(one));
    }
    return bits;
}

unsigned parameter_of(std::span<const std::uint64_t> some) {
    std::uint64_t highest = 0, sum = 0;
    for (const std::uint64_t one : some) {
        highest = std::max(highest, one);
        sum += std::min(one, std::uint64_t{1} << 40U);
    }
    if (highest == 0) return all_zero;
    const auto guess = static_cast<unsigned>(std::bit_width(sum / some.size()));
    unsigned best = 0;
    std::size_t least = ~std::size_t{};
    for (unsigned k = guess > 2 ? guess - 2 : 0; k <= std::min(guess + 1, max_parameter); ++k) {
        const auto bits = rice_bits(some, k);
        if (bits < least) best = k;
        least = std::min(least, bits);
    }
    return least == ~std::size_t{} ? max_parameter : best;
}

std::size_t size_of(const std::vector<std::uint64_t>& left) {
    std::size_t bits = 0;
    for (std::size_t at = 0; at < left.size(); at += group) {
        const auto some = std::span{left}.subspan(at, std::min(group, left.size() - at));
        const unsigned k = parameter_of(some);
        bits += 5 + (k == all_zero ? 0 : rice_bits(some, k));
    }
    return bits;
}

void put_rice(BitWriter& out, std::uint64_t value, unsigned parameter) {
    const auto quotient = value >> parameter;
    if (quotient < longest_unary) {
        out.put(~std::uint64_t{} << 1U, static_cast<unsigned>(quotient) + 1);
        out.put(value, parameter);
        return;
    }
    out.put(~std::uint64_t{} << 1U, longest_unary + 1);
    out.put_sized(value);
}

std::uint64_t get_rice(BitReader& in, unsigned parameter) {
    const unsigned quotient = in.ones(longest_unary);
    if (quotient == longest_unary) return in.get_sized();
    return std::uint64_t{quotient} << parameter | in.get(parameter);
}

void put_residuals(BitWriter& out, const std::vector<std::uint64_t>& left) {
    for (std::size_t at = 0; at < left.size(); at += group) {
        const auto some = std::span{left}.subspan(at, std::min(group, left.size() - at));
        const unsigned k = parameter_of(some);
        out.put(k, 5);
        if (k == all_zero) continue;
        for (const std::uint64_t one : some) put_rice(out, one, k);
    }
}

// Sums of forged numbers may leave 64 bits: unsigned, they wrap.
std::int64_t plus(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

std::int64_t finer(const Scale& scale, std::int64_t value, BitReader& in) {
    if (fits(value) && std::abs(value) < std::int64_t{1} << 50U) return scale.fine(value);
    if (&scale == scales.data() && fits(value)) return value;
    in.fail();
    return 0;
}

}  // namespace

void put_numbers(BitWriter& out, std::span<const std::int64_t> column) {
    const unsigned scale = scale_of(column);
    std::vector<std::int64_t> coarse;
    coarse.reserve(column.size());
    for (const std::int64_t v : column) coarse.push_back(scales.at(scale).coarse(v));
    auto how = Foreseen::constant;
    std::vector<std::uint64_t> left = residuals(coarse, Foreseen::first);
    if (std::ranges::any_of(left, [](std::uint64_t one) { return one != 0; })) {
        how = Foreseen::first;
        for (const auto other : {Foreseen::last, Foreseen::line}) {
            auto tried = residuals(coarse, other);
            if (size_of(tried) >= size_of(left)) continue;
            left = std::move(tried);
            how = other;
        }
    }
    out.put(static_cast<std::uint64_t>(how), 2);
    out.put(scale, 2);
    out.put_sized(zigzag(coarse.front()));
    if (how != Foreseen::constant) put_residuals(out, left);
}

std::vector<std::int64_t> get_numbers(BitReader& in, std::size_t count) {
    const auto how = static_cast<Foreseen>(in.get(2));
    const Scale& scale = scales.at(in.get(2));
    const std::int64_t first = unzigzag(in.get_sized());
    std::vector<std::int64_t> column(count, finer(scale, first, in));
    if (how == Foreseen::constant) return column;
    std::int64_t last = first, slope = 0;
    unsigned parameter = 0;
    for (std::size_t i = 1; i < count && !in.failed(); ++i) {
        if (i % group == 1) parameter = static_cast<unsigned>(in.get(5));
        const auto left = parameter == all_zero ? 0 : unzigzag(get_rice(in, parameter));
        const std::int64_t step = how == Foreseen::line ? plus(slope, left) : left;
        const std::int64_t value = plus(how == Foreseen::first ? first : last, step);
        slope = step;
        last = value;
        column[i] = finer(scale, value, in);
    }
    return column;
}

}  // namespace liuhen::telematics::archive
