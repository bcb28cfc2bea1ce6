// Takes the calls of devices and gives each to a session of its own.
#pragma once

#include "server/device_floor.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <vector>

namespace liuhen::server {

using asio::ip::tcp;

/// Talks with one device until it leaves, is hung up on, or is ended. Runs on the floor's shard.
awaitable<void> converse(DeviceFloor& floor, std::shared_ptr<Line> line);

/// Takes connections until the acceptor is closed and gives them to the floors in turn. Runs on
/// the exchange's executor.
awaitable<void> take_calls(tcp::acceptor& acceptor, Protocol protocol,
                           std::vector<std::unique_ptr<DeviceFloor>>& floors);

}  // namespace liuhen::server
