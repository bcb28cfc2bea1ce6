// Published bodies of every message in the catalogue, when they are on this machine.
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/scanner.hpp"
#include "telematics/text.hpp"
#include "tests/support/shared.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;
using nlohmann::json;

namespace {

struct Exception {
    std::string_view id, why;
};
// Published bodies that are not read, or not written again to the same bytes.
constexpr std::array exceptions{
    Exception{"smallchi-c5b935eca7", "announces more parameters than it has, or longer ones"},
    Exception{"gojt808-d6e58ec195", "announces more parameters than it has, or longer ones"},
    Exception{"gojt808-7cd4147364", "announces more parameters than it has, or longer ones"},
    Exception{"gojt808-85980b08e1", "announces more parameters than it has, or longer ones"},
    Exception{"smallchi-71b6556e5c", "a general reply that goes on behind its result"},
    Exception{"gojt808-4194c05f97", "a general reply without a body"},
    Exception{"gojt808-9775613818", "a general reply without a body"},
    Exception{"gojt808-8c8a8eaa2d", "a general reply without a body"},
    Exception{"gojt808-62ee1b8209", "a registration reply without a body"},
    Exception{"gojt808-c5a530ca53", "a registration reply without a body"},
    Exception{"gojt808-4c4f9ab77e", "a registration reply without a body"},
    Exception{"gojt808-e393eab42c", "a medium of five bytes"},
    Exception{"yezhihaocoder-5a43a6b37f", "hours are sent although their flag is clear"},
    Exception{"yezhihaocoder-2b19ceebaf", "hours are sent although their flag is clear"},
    Exception{"yezhihaocoder-a3d63e2346", "hours are sent although their flag is clear"},
    Exception{"yezhihaocoder-a0ed24cf53", "hours are sent although their flag is clear"},
    Exception{"yezhihao-57124586b0", "a control without the count before it"},
    Exception{"yezhihao-e820ce9d2a", "a control without the count before it"},
    Exception{"smallchi-246bede744", "zeros in front of maker and id"},
    Exception{"smallchi-94406802d6", "a short form of no edition; widths of 2011 overlap"},
    Exception{"gojt808-d339f2bfd3", "zeros in front of maker and id"},
    Exception{"gojt808-c061b5bc6e", "zeros in front of maker and id"},
    Exception{"yezhihao-e140280cff", "zeros in front of maker and id"},
    Exception{"traccar-5b49945dbe", "a plate of zeros"},
};

struct Published {
    std::string name;
    std::uint16_t id{};
    std::vector<Edition> editions;  ///< that the body may be of
    Bytes body;
};

std::optional<Published> published(const json& vector) {
    if (!vector.contains("msg_id")) return std::nullopt;
    Published p;
    p.name = vector["id"];
    p.id = static_cast<std::uint16_t>(std::stoul(vector["msg_id"].get<std::string>(), nullptr, 16));
    if (find_row(p.id) == nullptr) return std::nullopt;
    const Bytes bytes = *from_hex(vector.value("wire_hex", vector["hex"].get<std::string>()));
    if (vector["kind"] == "jt808/body") {
        p.editions = {Edition::v2013, Edition::v2019};
        p.body = bytes;
        return p;
    }
    if (vector["kind"] != "jt808/frame") return std::nullopt;
    FrameScanner scanner;
    scanner.feed(bytes);
    const auto piece = scanner.next();
    if (!piece || !*piece || (*piece)->head.part) return std::nullopt;
    p.editions = {(*piece)->head.edition};
    p.body.assign((*piece)->body().begin(), (*piece)->body().end());
    return p;
}

bool is_written_again(const Published& p) {
    return std::ranges::any_of(p.editions, [&](Edition edition) {
        const auto message = decode(p.id, edition, p.body);
        return message && encode(*message, edition) == p.body;
    });
}

}  // namespace

TEST_CASE("every published body is written again to its bytes, or its exception has a reason") {
    const auto path = test::shared_file("vectors/jt808_open.jsonl");
    if (!path) return test::skip("no published JT/T 808 frames here");
    int all = 0, same = 0, excused = 0;
    std::ifstream in{*path};
    for (std::string line; std::getline(in, line);) {
        const auto body = published(json::parse(line));
        if (!body) continue;
        const bool excepted =
            std::ranges::find(exceptions, body->name, &Exception::id) != exceptions.end();
        INFO(body->name << " 0x" << std::hex << body->id << " " << to_hex(body->body));
        CHECK(is_written_again(*body) != excepted);
        ++all;
        (excepted ? excused : same) += 1;
    }
    std::cout << "published bodies written again: " << same << " of " << all << ", " << excused
              << " excused\n";
    CHECK(all > 400);
}
