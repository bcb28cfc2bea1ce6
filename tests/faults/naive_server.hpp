// A planted bug: a platform that answers terminals properly and stores what they say by the loop
// that many programs have. It looks for errors, and a connection that died has none to show: after
// kill -9 of PostgreSQL, PQgetResult says "no more results" at once.
#pragma once

#include "server/store/observations.hpp"
#include "telematics/jtt808/dialogue.hpp"
#include "tests/support/scratch_db.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <libpq-fe.h>

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <thread>

namespace liuhen::test {

/// COPY as one finds it: each step, and then whatever results there are. True when none of them is
/// an error.
class NaiveLoop {
public:
    explicit NaiveLoop(const std::string& conninfo)
        : wire_(::PQconnectdb(conninfo.c_str()), &::PQfinish) {
        ::PQsetNoticeProcessor(
            wire_.get(), [](void*, const char*) {}, nullptr);
    }
    [[nodiscard]] bool store(const std::vector<server::store::ObservationRow>& rows) const {
        server::store::CopyBuffer buffer;
        for (const auto& row : rows) put(buffer, row);
        const auto bytes = buffer.finish();
        const std::string copy = "COPY observations " +
                                 std::string{server::store::observation_columns()} +
                                 " FROM STDIN (FORMAT binary)";
        bool sound = ::PQsendQuery(wire_.get(), copy.c_str()) == 0 || copies();
        ::PQputCopyData(wire_.get(), bytes.data(), static_cast<int>(bytes.size()));
        ::PQputCopyEnd(wire_.get(), nullptr);
        while (PGresult* result = ::PQgetResult(wire_.get())) {
            sound = sound && ::PQresultStatus(result) == PGRES_COMMAND_OK;
            ::PQclear(result);
        }
        return sound;
    }

private:
    [[nodiscard]] bool copies() const {
        PGresult* result = ::PQgetResult(wire_.get());
        const bool so = result == nullptr || ::PQresultStatus(result) == PGRES_COPY_IN;
        ::PQclear(result);
        return so;
    }
    std::unique_ptr<PGconn, decltype(&::PQfinish)> wire_;
};

/// Listens on a port of its own on 127.0.0.1, for the terminals that are in `database`.
class NaiveServer {
public:
    NaiveServer(const ScratchDatabase& database, std::string auth_code)
        : loop_(database.conninfo("liuhen_core")), auth_code_(std::move(auth_code)) {
        for (const auto& row : database.sql("SELECT number, key FROM terminals")) {
            keys_[row[0].as<std::string>()] = row[1].as<std::int32_t>();
        }
        boost::asio::co_spawn(context_, admit(), boost::asio::detached);
        thread_ = std::thread{[this] { context_.run(); }};
    }
    ~NaiveServer() {
        context_.stop();
        thread_.join();
    }
    NaiveServer(const NaiveServer&) = delete;
    NaiveServer& operator=(const NaiveServer&) = delete;

    [[nodiscard]] std::uint16_t port() const { return door_.local_endpoint().port(); }

private:
    using Tcp = boost::asio::ip::tcp;
    struct Line {
        Tcp::socket socket;
        telematics::jtt808::Dialogue dialogue;
    };

    boost::asio::awaitable<void> admit() {
        for (;;) {
            Tcp::socket socket = co_await door_.async_accept(boost::asio::use_awaitable);
            auto line = std::make_unique<Line>(Line{
                std::move(socket), telematics::jtt808::Dialogue{[this](std::string_view number) {
                    return enrolled(number);
                }}});
            boost::asio::co_spawn(context_, talk(std::move(line)), boost::asio::detached);
        }
    }
    boost::asio::awaitable<void> talk(std::unique_ptr<Line> line) {
        std::array<std::byte, 4096> chunk;
        boost::system::error_code ended;
        const auto told = [&] {
            return boost::asio::redirect_error(boost::asio::use_awaitable, ended);
        };
        for (;;) {
            const auto buffer = boost::asio::buffer(chunk);
            const std::size_t got = co_await line->socket.async_read_some(buffer, told());
            if (ended) co_return;
            const auto heard = std::span{chunk}.first(got);
            const auto turn = line->dialogue.hear(heard, now());
            if (!turn.seen.empty() && !loop_.store(rows_of(*line, turn))) continue;  // no answer
            const auto reply = boost::asio::buffer(turn.reply);
            co_await boost::asio::async_write(line->socket, reply, told());
            if (ended) co_return;
        }
    }
    [[nodiscard]] std::vector<server::store::ObservationRow> rows_of(
        const Line& line, const telematics::Turn& turn) const {
        std::vector<server::store::ObservationRow> rows;
        const auto key = keys_.at(line.dialogue.speaker()->text);
        for (const auto& one : turn.seen) {
            rows.push_back(server::store::to_row(one, {key, std::nullopt, now()}));
        }
        return rows;
    }
    [[nodiscard]] std::optional<telematics::Enrolled> enrolled(std::string_view number) const {
        if (!keys_.contains(std::string{number})) return std::nullopt;
        telematics::Enrolled one;
        one.terminal = {std::string{number}};
        one.auth_code = auth_code_;
        return one;
    }
    static Instant now() {
        return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    }

    NaiveLoop loop_;
    std::string auth_code_;
    std::map<std::string, std::int32_t> keys_;
    boost::asio::io_context context_;
    Tcp::acceptor door_{context_, Tcp::endpoint{boost::asio::ip::address_v4::loopback(), 0}};
    std::thread thread_;
};

}  // namespace liuhen::test
