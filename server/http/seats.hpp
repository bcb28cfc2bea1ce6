// The places for HTTP connections: how many there are, and who gives way when all are taken.
#pragma once

#include <boost/asio/ip/address.hpp>

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>

namespace liuhen::server::http {

/// Who is counted as one: an IPv4 address, or the /64 network of an IPv6 one.
std::string household(const boost::asio::ip::address& address);

/// Belongs to the front thread. A connection is at work while a request of it is being answered,
/// and waits otherwise: for bytes of a request, or for its peer to take an answer. Who is at work
/// keeps the place; of those who wait one gives way to a newcomer when all places are taken: of
/// the address that has the most connections, the one that has waited longest. So neither idle nor
/// slow connections shut anybody out.
class Seats {
public:
    struct Limits {
        std::size_t places = 2'000;
        std::size_t per_address = 1'000;
    };
    enum class Counted : std::uint8_t { by_address, not_by_address };

    explicit Seats(Limits limits) : limits_(limits) {}
    ~Seats() = default;
    Seats(const Seats&) = delete;
    Seats& operator=(const Seats&) = delete;

    class Waiting;

    /// A place, held while it lives or until it gives way.
    class Seat {
    public:
        ~Seat();
        Seat(const Seat&) = delete;
        Seat& operator=(const Seat&) = delete;

    private:
        friend class Seats;
        friend class Waiting;
        using Neighbours = std::pair<const std::string, std::size_t>;  // an address and its seats
        Seat(Seats& seats, Neighbours& neighbours);
        void leave();
        Seats& seats_;
        Neighbours* neighbours_;  // null: it gave way
        Waiting* waiting_ = nullptr;
    };

    /// While it lives the connection waits and may be asked to go, once: `go` closes it.
    class Waiting {
    public:
        Waiting(Seat& seat, std::function<void()> go);
        ~Waiting();
        Waiting(const Waiting&) = delete;
        Waiting& operator=(const Waiting&) = delete;

    private:
        friend class Seats;
        Seat& seat_;
        std::function<void()> go_;
        std::list<Waiting*>::iterator place_;
    };

    /// Why there is no place.
    enum class Full : std::uint8_t { all_at_work, address_at_work };
    struct Taken {
        std::unique_ptr<Seat> seat;  ///< null when there is none
        Full why{};
    };
    /// A place for a connection of `address`, if need be that of one who waits. A proxy that speaks
    /// for many is not counted by address.
    Taken take(const std::string& address, Counted counted = Counted::by_address);
    [[nodiscard]] std::size_t taken() const { return taken_; }

private:
    [[nodiscard]] Waiting* longest_of(const Seat::Neighbours& address) const;
    [[nodiscard]] Waiting* longest_of_most() const;
    void send_away(Waiting& one);

    Limits limits_;
    std::size_t taken_ = 0;
    std::unordered_map<std::string, std::size_t> addresses_;  // its nodes stay where they are
    std::list<Waiting*> waiting_;                             // the longest first
};

/// Connections whose TLS hand-shake is under way.
inline constexpr Seats::Limits hand_shake_limits{400, 100};

}  // namespace liuhen::server::http
