// Places for those who have not shown yet who they are, shared out by address.
#pragma once

#include "server/clock.hpp"

#include <cstddef>
#include <list>
#include <memory>
#include <string>

namespace liuhen::server {

/// Whom an address is counted as: itself, or the /64 network of an IPv6 one.
std::string household_of(const std::string& address);

/// Someone at the door: needs a place until it has shown who it is, and gives it back by ending.
class Newcomer {
public:
    Newcomer() = default;
    virtual ~Newcomer() = default;
    Newcomer(const Newcomer&) = delete;
    Newcomer& operator=(const Newcomer&) = delete;
    /// It has not shown yet who it is.
    [[nodiscard]] virtual bool unproven() const { return true; }
    /// Its place is another's from now on. Must not end it before returning.
    virtual void send_away() = 0;
};

/// When all places are taken a newcomer gets that of the one who has stood longest of the address
/// that has most, so that no address shuts out another. Who has just come keeps its place for
/// `patience` against an address that would have as many, and against its own: when a whole fleet
/// dials in again behind one address, some get through instead of all pushing each other out.
/// Belongs to one executor.
class Newcomers {
public:
    struct Limits {
        std::size_t places;
        std::size_t of_address;  ///< an IPv4 address, or the /64 network of an IPv6 one
        std::chrono::milliseconds patience;
    };
    explicit Newcomers(Limits limits) : limits_(limits) {}

    /// Gives `one`, who comes from `address`, a place while it lives and is unproven, and sends
    /// away who has to go for it. False: there is no place for it.
    [[nodiscard]] bool take(const std::shared_ptr<Newcomer>& one, const std::string& address,
                            Monotonic now);
    /// Places taken, those included that became free since the last `take`.
    [[nodiscard]] std::size_t count() const { return standing_.size(); }

private:
    struct Standing {
        std::weak_ptr<Newcomer> who;
        std::string household;
        Monotonic since;
    };
    using Place = std::list<Standing>::iterator;  ///< the oldest first
    [[nodiscard]] std::size_t places_of(const std::string& household) const;
    [[nodiscard]] Place oldest_of(const std::string& household);
    [[nodiscard]] std::string fullest() const;
    [[nodiscard]] bool make_room(const std::string& household, Monotonic now);

    Limits limits_;
    std::list<Standing> standing_;
};

}  // namespace liuhen::server
