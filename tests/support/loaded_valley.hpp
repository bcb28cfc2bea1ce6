// The trade of one valley with a load under way, and its truck's devices to speak for.
#pragma once

#include "tests/support/http_house.hpp"
#include "tests/support/photos.hpp"

#include <stdexcept>
#include <string>
#include <thread>

namespace liuhen::test {

struct Loaded : Valley {
    Loaded() {
        lock_says(house.now() - std::chrono::minutes{2}, 0);
        fix(house.now() - std::chrono::minutes{1}, 28.1001, 119.6001);
        manifest = draft();
        step("producer", "submit", nlohmann::json::object());
        no = as("producer").get("/v1/manifests/" + manifest).json().at("no");
        step("carrier", "carrier_accept", acceptance());
        step("producer", "load_sign", {{"gross_kg", 20000}, {"tare_kg", 12000}});
        step("driver", "load_sign", nlohmann::json::object());
        loaded_at = house.now();
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
        key = database.value<int>("SELECT key FROM terminals WHERE number = '13900000001'");
    }
    void step(const std::string& role, const std::string& event, const nlohmann::json& body) const {
        const auto reply = act(role, manifest, event, body);
        if (reply.status != 200) throw std::runtime_error{event + ": " + reply.body};
    }
    /// As the device side stores what the truck's terminal took; its id.
    std::string takes(telematics::Medium medium) const {
        server::store::Entry entry;
        entry.media = {server::store::to_row(std::move(medium), key, house.now())};
        store_entry(database.conninfo("liuhen_core"), entry);
        return entry.media.front().id;
    }
    /// The same with a message that it told.
    template <class M>
    void tells(Instant at, const M& message) const {
        server::store::Entry entry;
        entry.documents = {server::store::to_row(document(at, message), key, house.now())};
        store_entry(database.conninfo("liuhen_core"), entry);
    }
    [[nodiscard]] nlohmann::json items(const std::string& role, const std::string& path) const {
        const auto reply = as(role).get(path);
        if (reply.status != 200) throw std::runtime_error{path + ": " + reply.body};
        return reply.json().at("items");
    }
    [[nodiscard]] std::string of_manifest(const std::string& what) const {
        return "/v1/manifests/" + manifest + "/" + what;
    }
    [[nodiscard]] std::string of_vehicle(const std::string& what) const {
        return "/v1/vehicles/" + vehicle + "/" + what;
    }

    std::string manifest, no;
    Instant loaded_at;
    int key = 0;
};

/// As the HTTP side of the server, with the caller's identity set as a request sets it.
struct AsHttp {
    AsHttp(const Valley& valley, const std::string& role, const std::string& party)
        : connection(valley.database.conninfo("liuhen_http")), work(connection) {
        work.exec_params(
            "SELECT set_config('liuhen.role', $1, true), set_config('liuhen.party', $2, true)",
            role, party);
    }
    std::size_t sees(const std::string& table) {
        return work.exec("SELECT 1 FROM " + table).size();
    }
    pqxx::connection connection;
    pqxx::work work;
};

}  // namespace liuhen::test
