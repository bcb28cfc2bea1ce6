// Additional items one by one where they stand.
#pragma once

#include "telematics/bytes.hpp"

#include <cstdint>

namespace liuhen::telematics::jtt808 {

/// Walks over items; ends at the first that runs past the end.
class ItemWalk {
public:
    explicit ItemWalk(ByteView items) : rest_(items) {}
    /// Goes to the next item; false when there is none.
    bool next() {
        constexpr std::size_t head = 2;
        if (rest_.size() < head) return false;
        const std::size_t length = std::to_integer<std::size_t>(rest_[1]);
        if (rest_.size() - head < length) return false;
        id_ = std::to_integer<std::uint8_t>(rest_[0]);
        value_ = rest_.subspan(head, length);
        rest_ = rest_.subspan(head + length);
        return true;
    }
    [[nodiscard]] std::uint8_t id() const { return id_; }
    [[nodiscard]] ByteView value() const { return value_; }
    /// What stands behind the item.
    [[nodiscard]] ByteView rest() const { return rest_; }

private:
    ByteView rest_;
    std::uint8_t id_ = 0;
    ByteView value_;
};

}  // namespace liuhen::telematics::jtt808
