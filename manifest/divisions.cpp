// Prefecture-level divisions of mainland China, GB/T 2260 as of 2024, as runs of numbers.
#include "manifest/codes.hpp"

#include <algorithm>
#include <array>

namespace liuhen::manifest {
namespace {

struct Run {
    int province;
    int first;
    int last;
};
// 90: counties and towns run by the province itself.
constexpr std::array runs{
    Run{11, 1, 1},   Run{12, 1, 1},   Run{13, 1, 11},  Run{14, 1, 11},  Run{15, 1, 9},
    Run{15, 22, 22}, Run{15, 25, 25}, Run{15, 29, 29}, Run{21, 1, 14},  Run{22, 1, 8},
    Run{22, 24, 24}, Run{23, 1, 12},  Run{23, 27, 27}, Run{31, 1, 1},   Run{32, 1, 13},
    Run{33, 1, 11},  Run{34, 1, 8},   Run{34, 10, 13}, Run{34, 15, 18}, Run{35, 1, 9},
    Run{36, 1, 11},  Run{37, 1, 11},  Run{37, 13, 17}, Run{41, 1, 17},  Run{41, 90, 90},
    Run{42, 1, 3},   Run{42, 5, 13},  Run{42, 28, 28}, Run{42, 90, 90}, Run{43, 1, 13},
    Run{43, 31, 31}, Run{44, 1, 9},   Run{44, 12, 20}, Run{44, 51, 53}, Run{45, 1, 14},
    Run{46, 1, 4},   Run{46, 90, 90}, Run{50, 1, 2},   Run{51, 1, 1},   Run{51, 3, 11},
    Run{51, 13, 20}, Run{51, 32, 34}, Run{52, 1, 6},   Run{52, 23, 23}, Run{52, 26, 27},
    Run{53, 1, 1},   Run{53, 3, 9},   Run{53, 23, 23}, Run{53, 25, 26}, Run{53, 28, 29},
    Run{53, 31, 31}, Run{53, 33, 34}, Run{54, 1, 6},   Run{54, 25, 25}, Run{61, 1, 10},
    Run{62, 1, 12},  Run{62, 29, 30}, Run{63, 1, 2},   Run{63, 22, 23}, Run{63, 25, 28},
    Run{64, 1, 5},   Run{65, 1, 2},   Run{65, 4, 5},   Run{65, 23, 23}, Run{65, 27, 32},
    Run{65, 40, 40}, Run{65, 42, 43}, Run{65, 90, 90},
};

}  // namespace

bool is_prefecture(std::string_view four_digits) {
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (four_digits.size() != 4 || !std::ranges::all_of(four_digits, digit)) return false;
    const auto pair = [&](std::size_t i) {
        return (four_digits[i] - '0') * 10 + (four_digits[i + 1] - '0');
    };
    return std::ranges::any_of(runs, [province = pair(0), city = pair(2)](const Run& run) {
        return run.province == province && run.first <= city && city <= run.last;
    });
}

}  // namespace liuhen::manifest
