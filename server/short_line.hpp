// A line before slow work in which only so many may stand.
#pragma once

#include <atomic>
#include <cstddef>

namespace liuhen::server {

/// A place in such a line, kept until the work is done. Throws a `Busy` when `most` are taken.
template <class Busy>
class ShortLinePlace {
public:
    ShortLinePlace(std::atomic<std::size_t>& taken, std::size_t most) : taken_(taken) {
        if (taken_.fetch_add(1) < most) return;
        --taken_;
        throw Busy{};
    }
    ~ShortLinePlace() { --taken_; }
    ShortLinePlace(const ShortLinePlace&) = delete;
    ShortLinePlace& operator=(const ShortLinePlace&) = delete;

private:
    std::atomic<std::size_t>& taken_;
};

}  // namespace liuhen::server
