// The UDP port of JT/T 808: gives each datagram to the session of its terminal and address.
#pragma once

#include "server/device_floor.hpp"
#include "server/udp_line.hpp"

#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace liuhen::server {

/// Sessions over UDP whose device has not proved itself, at most.
inline constexpr std::size_t max_unproven_lines = 1'000;
/// Of these one address has so many at most.
inline constexpr std::size_t max_unproven_of_address = 20;

/// Who sends under a number that nobody entered gets no session and no byte; who is entered talks
/// by the same rules as over TCP, and takes over from a connection as a connection does. Who begins
/// with the right code (0x0102) needs no place among those who have not, so that forged addresses
/// shut out nobody. Belongs to the exchange's executor, but for what is said otherwise.
class Datagrams {
public:
    /// `socket` runs on the exchange's executor. The floors are looked at when datagrams come.
    Datagrams(udp::socket socket, Exchange& exchange,
              std::vector<std::unique_ptr<DeviceFloor>>& floors);

    /// Until `close()`.
    awaitable<void> run();
    awaitable<void> close();
    [[nodiscard]] udp::endpoint local() const { return socket_.local_endpoint(); }

private:
    using Key = std::pair<udp::endpoint, std::string>;  ///< address and terminal number
    void take(std::vector<std::byte> datagram, const udp::endpoint& from);
    std::shared_ptr<UdpLine> line_of(const Key& key, std::span<const std::byte> datagram);
    std::shared_ptr<UdpLine> newcomer(const Key& key, std::span<const std::byte> datagram);
    awaitable<void> serve(DeviceFloor& floor, Key key, std::shared_ptr<UdpLine> line);
    awaitable<void> post(udp::endpoint to, std::vector<std::byte> datagram);
    void note(const Key& key);

    udp::socket socket_;
    Exchange& exchange_;
    std::vector<std::unique_ptr<DeviceFloor>>& floors_;
    std::map<Key, std::shared_ptr<UdpLine>> lines_;
    Newcomers unproven_{{max_unproven_lines, max_unproven_of_address, newcomers_patience}};
    /// Apart from those over TCP: a forged address must not shut out connections from it.
    Strangers strangers_{strangers_at_once, strangers_per_second};
    std::size_t next_floor_ = 0;
    Monotonic note_after_{};  // when an unknown number is next worth a line of the log
};

}  // namespace liuhen::server
