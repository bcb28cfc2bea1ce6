#include "server/newcomers.hpp"

#include <catch2/catch.hpp>

#include <vector>

using namespace liuhen::server;
using namespace std::chrono_literals;

namespace {

struct Caller final : Newcomer {
    [[nodiscard]] bool unproven() const override { return !proved; }
    void send_away() override { sent_away = true; }
    bool proved = false;
    bool sent_away = false;
};

struct Street {
    std::shared_ptr<Caller> call(const std::string& address) {
        auto caller = std::make_shared<Caller>();
        let_in = newcomers.take(caller, address, now);
        return caller;
    }
    std::vector<std::shared_ptr<Caller>> crowd(int size, const std::string& address) {
        std::vector<std::shared_ptr<Caller>> callers;
        for (int i = 0; i < size; ++i) callers.push_back(call(address));
        return callers;
    }
    Newcomers newcomers{{.places = 6, .of_address = 4, .patience = 2s}};
    Monotonic now = monotonic();
    bool let_in = false;
};

}  // namespace

TEST_CASE("an address has its share of the places and not one more") {
    Street street;
    const auto crowd = street.crowd(4, "192.0.2.1");
    CHECK(street.let_in);
    street.call("192.0.2.1");
    CHECK_FALSE(street.let_in);
    street.call("192.0.2.2");
    CHECK(street.let_in);
    for (const auto& one : crowd) CHECK_FALSE(one->sent_away);
}

TEST_CASE("who has had time enough gives way to one of its own address") {
    Street street;
    const auto crowd = street.crowd(4, "192.0.2.1");
    street.now += 2s;
    const auto next = street.call("192.0.2.1");
    CHECK(street.let_in);
    CHECK(crowd[0]->sent_away);
    CHECK_FALSE(crowd[1]->sent_away);
}

TEST_CASE("when all places are taken the oldest of the address that has most gives way at once") {
    Street street;
    const auto lone = street.crowd(2, "192.0.2.1");
    const auto crowd = street.crowd(4, "192.0.2.2");
    const auto next = street.call("192.0.2.3");
    CHECK(street.let_in);
    CHECK(crowd[0]->sent_away);
    CHECK_FALSE(crowd[1]->sent_away);
    CHECK_FALSE(lone[0]->sent_away);
    CHECK(street.newcomers.count() == 6);
}

TEST_CASE("among many addresses who has just come keeps its place, and gives it up in time") {
    Street street;
    std::vector<std::shared_ptr<Caller>> callers;
    for (const char* end : {"1", "2", "3", "4", "5", "6"})
        callers.push_back(street.call("192.0.2." + std::string{end}));
    const auto early = street.call("192.0.2.7");
    CHECK_FALSE(street.let_in);
    street.now += 2s;
    const auto late = street.call("192.0.2.7");
    CHECK(street.let_in);
    CHECK(callers[0]->sent_away);
    CHECK_FALSE(callers[1]->sent_away);
}

TEST_CASE("who has shown who it is, or has gone, needs no place any more") {
    Street street;
    auto crowd = street.crowd(4, "192.0.2.1");
    crowd[1]->proved = true;
    crowd.pop_back();
    crowd.push_back(street.call("192.0.2.1"));
    CHECK(street.let_in);
    crowd.push_back(street.call("192.0.2.1"));
    CHECK(street.let_in);
    CHECK(street.newcomers.count() == 4);
}

TEST_CASE("addresses of one IPv6 network are one") {
    Street street;
    const auto crowd = street.crowd(4, "2001:db8::1");
    street.call("2001:db8::2");
    CHECK_FALSE(street.let_in);
    street.call("2001:db8:0:1::2");
    CHECK(street.let_in);
}
