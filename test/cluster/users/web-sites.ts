import {optionalImage} from '../../lab/bundle/optional.js';

function shop(name: string, nodePort: number): readonly object[] {
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {name, namespace: 'shop'},
      spec: {
        selector: {matchLabels: {app: name}},
        template: {
          metadata: {labels: {app: name}},
          spec: {terminationGracePeriodSeconds: 1, containers: [{name, image: 'registry.local/u7s/web:1'}]},
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {name, namespace: 'shop'},
      spec: {type: 'NodePort', selector: {app: name}, ports: [{port: 80, targetPort: 8080, nodePort}]},
    },
  ];
}

/** Two web servers, each of which tells its own name; that of `web` has the NodePort 31000. */
export const webShops = {apiVersion: 'v1', kind: 'List', items: [...shop('web', 31000), ...shop('other', 31001)]};

/** Variables for the two as web sites behind Traefik on w1, with the balancer in front. */
export function sitesAt(prefix: string, records: string): Readonly<Record<string, unknown>> {
  const web = {path: '/', service: 'web', port: 80};
  const other = {path: '/index.html', type: 'Exact', service: 'other', port: 80};
  return {
    ingress_image: optionalImage('traefik'),
    ingress_node_port: 31080,
    web_servers: [{name: 'w1', address: `${prefix}.21`, port: 31080}],
    ingress_sites: [
      {name: 'shop', namespace: 'shop', host: 'shop.example.org', paths: [web]},
      {name: 'other', namespace: 'shop', host: 'other.example.org', paths: [other]},
    ],
    site_records: records,
  };
}
