// What devices sent wrongly: counted by device and kind, and put away only as long as it teaches
// something. Pure; belongs to one shard's thread.
#pragma once

#include "base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace liuhen::server {

/// What one device (an empty number: all that nobody knows) did wrongly in one way on one day.
struct FaultCount {
    std::string number;
    std::string kind;    ///< code of telematics::Fault
    std::int64_t day{};  ///< days since 1970, UTC
    std::int64_t count{};
    Instant first_at;
    Instant last_at;
    std::vector<std::byte> last_bytes;  ///< the latest piece
};

/// How much of a device's refused pieces is kept a day. The oldest stay: how a fault began is the
/// evidence, and the tables of observations are only ever added to. The latest piece of each kind
/// is kept beside its count, what lies between is counted.
struct QuarantineLimits {
    int pieces = 200;
    std::size_t bytes = 256 * 1024;
    int pieces_of_kind = 40;  ///< so that a flood of one kind leaves room for the others
};

class FaultTally {
public:
    explicit FaultTally(QuarantineLimits limits = {}) : limits_(limits) {}

    /// Counts a refused piece. True when it is to be put into quarantine: always for the first of
    /// its kind that day, then as long as the day's limits allow.
    [[nodiscard]] bool note(const std::string& number, std::string_view kind,
                            std::span<const std::byte> bytes, Instant now);

    /// Counts a piece that is kept by other limits: it came under this number from somebody who may
    /// be another.
    void count(const std::string& number, std::string_view kind, std::span<const std::byte> bytes,
               Instant now);

    /// What was counted since the last call. At most one entry a device, kind and day.
    [[nodiscard]] std::vector<FaultCount> take();
    /// Back again, because it could not be stored.
    void put_back(std::vector<FaultCount> counts);

private:
    struct Key {
        std::string number, kind;
        std::int64_t day{};
        friend auto operator<=>(const Key&, const Key&) = default;
    };
    struct Day {  ///< what a device has put away today
        std::int64_t day{};
        int pieces{};
        std::size_t bytes{};
        std::map<std::string, int, std::less<>> of_kind;
    };

    QuarantineLimits limits_;
    std::map<Key, FaultCount> counts_;
    std::unordered_map<std::string, Day> days_;  ///< by number; devices of the register only
};

}  // namespace liuhen::server
