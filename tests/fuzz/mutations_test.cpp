// The fuzzed parsers over mutations of worked frames, in every run of the tests; libFuzzer goes on
// from there (docs/fuzzing.md). Under the sanitizers four times as many.
#include "telematics/text.hpp"
#include "tests/fuzz/parsers.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <random>

using namespace liuhen;
using namespace liuhen::test;

namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr int mutations = 20'000;
#else
constexpr int mutations = 5'000;
#endif
constexpr std::size_t most_bytes = 4096;
constexpr unsigned always_the_same = 20261121;

class Mutator {
public:
    explicit Mutator(Seeds seeds) : seeds_(std::move(seeds)) {}

    Seed next() {
        Seed input = any();
        for (std::size_t times = below(4) + 1; times > 0; --times) mutate(input);
        input.resize(std::min(input.size(), most_bytes));
        return input;
    }

private:
    std::size_t below(std::size_t bound) {
        return std::uniform_int_distribution<std::size_t>{0, bound - 1}(random_);
    }
    const Seed& any() { return seeds_[below(seeds_.size())]; }

    // A byte that means something somewhere, or any.
    std::byte some_byte() {
        static constexpr std::array<unsigned char, 16> telling{0x00, 0x01, 0x02, 0x7D, 0x7E, 0x7F,
                                                               0x80, 0xE6, 0xE7, 0xFF, '(',  ')',
                                                               ',',  '$',  0x3D, 0x3E};
        const std::size_t choice = below(2 * telling.size());
        return static_cast<std::byte>(choice < telling.size() ? telling[choice] : below(256));
    }

    void mutate(Seed& input) {
        const std::size_t at = below(input.size() + 1);
        const auto place = input.begin() + static_cast<std::ptrdiff_t>(at);
        const auto few = static_cast<std::ptrdiff_t>(std::min(below(8) + 1, input.size() - at));
        switch (below(6)) {
            case 0:
                if (at < input.size()) *place = some_byte();
                return;
            case 1:
                if (at < input.size()) *place ^= static_cast<std::byte>(1U << below(8));
                return;
            case 2:
                input.insert(place, some_byte());
                return;
            case 3:
                input.erase(place, place + few);
                return;
            case 4:
                input.resize(at);
                return;
            default: {
                const Seed other = any();
                input.insert(place, other.begin(), other.end());
                return;
            }
        }
    }

    Seeds seeds_;
    std::mt19937 random_{always_the_same};
};

}  // namespace

TEST_CASE("no mutation of a worked frame breaks a parser") {
    for (const FuzzedParser& parser : fuzzed_parsers()) {
        INFO(parser.name);
        Mutator mutator{parser.seeds()};
        for (int n = 0; n < mutations; ++n) {
            const Seed input = mutator.next();
            try {
                parser.parse(input);
            } catch (const Broken& broken) {
                FAIL_CHECK(broken.what() << ": " << telematics::to_hex(input));
            }
        }
    }
}

TEST_CASE("every fuzzed parser has inputs to begin from, and takes them") {
    for (const FuzzedParser& parser : fuzzed_parsers()) {
        INFO(parser.name);
        const Seeds seeds = parser.seeds();
        CHECK_FALSE(seeds.empty());
        for (const Seed& seed : seeds) CHECK_NOTHROW(parser.parse(seed));
    }
}
